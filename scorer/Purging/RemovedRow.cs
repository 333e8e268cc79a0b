using ParquetPool.Scorer.Reports;

namespace ParquetPool.Scorer.Purging;

/// <summary>A test row that is left out.</summary>
/// <param name="Leak">The nearest pair that makes it a leak.</param>
/// <param name="Kept">The row that stays for its cluster inside the test split; null where it doubles a training row.</param>
internal sealed record RemovedRow(ListedRow Row, Leak Leak, ListedRow? Kept)
{
    /// <summary>The row it doubles.</summary>
    public ListedRow Doubles => Leak.Pair.Test == Row ? Leak.Pair.Other : Leak.Pair.Test;

    /// <summary>The test rows to leave out, by shard and row.</summary>
    /// <remarks>
    /// A test row in a leak with a training row goes. Of test rows that leaks connect with each other, the first by shard and row that doubles
    /// no training row stays. Training rows are never touched.
    /// </remarks>
    /// <param name="leaks">Nearest first.</param>
    public static IReadOnlyList<RemovedRow> Of(IReadOnlyList<Leak> leaks)
    {
        var removed = new Dictionary<ListedRow, RemovedRow>();
        var inside = leaks.Where(leak => leak.Pair.Kind == ListedPair.TestTest).ToList();
        foreach (var leak in leaks.Except(inside))
        {
            removed.TryAdd(leak.Pair.Test, new RemovedRow(leak.Pair.Test, leak, null));
        }
        var nearest = new Dictionary<ListedRow, Leak>();
        foreach (var leak in inside)
        {
            nearest.TryAdd(leak.Pair.Test, leak);
            nearest.TryAdd(leak.Pair.Other, leak);
        }
        foreach (var cluster in PairCluster.Of([.. inside.Select(leak => leak.Pair)], _ => true))
        {
            var staying = cluster.Rows.Where(row => !removed.ContainsKey(row)).ToList();
            foreach (var row in staying.Skip(1))
            {
                removed.Add(row, new RemovedRow(row, nearest[row], staying[0]));
            }
        }
        return [.. removed.Values.OrderBy(row => row.Row)];
    }
}
