using ParquetPool.Scorer.Reports;

namespace ParquetPool.Scorer.Purging;

/// <summary>A row that is left out.</summary>
/// <param name="Leak">The nearest pair that makes it a leak.</param>
/// <param name="Kept">The row that stays for its cluster inside the split; null where it doubles a row of an earlier split.</param>
internal sealed record RemovedRow(ListedRow Row, Leak Leak, ListedRow? Kept)
{
    /// <summary>The row it doubles.</summary>
    public ListedRow Doubles => Leak.Pair.Test == Row ? Leak.Pair.Other : Leak.Pair.Test;

    /// <summary>The rows to leave out, by split, shard and row.</summary>
    /// <remarks>
    /// Split after split, as <paramref name="keep"/> has them: a row in a leak with a row of an earlier split that stays goes. Of rows that
    /// leaks inside a split connect with each other, the first by shard and row that stays till then stays. Rows of the first of several
    /// splits are never touched.
    /// </remarks>
    /// <param name="leaks">Nearest first.</param>
    /// <param name="keep">All splits, the one whose rows are rather kept first.</param>
    public static IReadOnlyList<RemovedRow> Of(IReadOnlyList<Leak> leaks, IReadOnlyList<string> keep)
    {
        var removed = new Dictionary<ListedRow, RemovedRow>();
        var inside = leaks.Where(leak => leak.Pair.Inside).ToLookup(leak => leak.Pair.Test.Split);
        var across = leaks.Where(leak => !leak.Pair.Inside).Select(leak => (Leak: leak, Goes: Later(leak.Pair, keep))).ToLookup(of => of.Goes.Split);
        foreach (var split in keep.Skip(keep.Count > 1 ? 1 : 0))
        {
            foreach (var (leak, goes) in across[split].Where(of => !removed.ContainsKey(of.Goes == of.Leak.Pair.Test ? of.Leak.Pair.Other : of.Leak.Pair.Test)).ToList())
            {
                removed.TryAdd(goes, new RemovedRow(goes, leak, null));
            }
            RemoveInside([.. inside[split]], removed);
        }
        return [.. removed.Values.OrderBy(row => row.Row)];
    }

    private static ListedRow Later(ListedPair pair, IReadOnlyList<string> keep) =>
        keep.TakeWhile(split => split != pair.Test.Split).Contains(pair.Other.Split) ? pair.Test : pair.Other;

    private static void RemoveInside(IReadOnlyList<Leak> leaks, Dictionary<ListedRow, RemovedRow> removed)
    {
        var nearest = new Dictionary<ListedRow, Leak>();
        foreach (var leak in leaks)
        {
            nearest.TryAdd(leak.Pair.Test, leak);
            nearest.TryAdd(leak.Pair.Other, leak);
        }
        foreach (var cluster in PairCluster.Of([.. leaks.Select(leak => leak.Pair)], _ => true))
        {
            var staying = cluster.Rows.Where(row => !removed.ContainsKey(row)).ToList();
            foreach (var row in staying.Skip(1))
            {
                removed.Add(row, new RemovedRow(row, nearest[row], staying[0]));
            }
        }
    }
}
