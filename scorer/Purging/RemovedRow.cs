using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Purging;

/// <summary>A row that is left out.</summary>
/// <param name="Doubles">A row that stays, which it doubles.</param>
/// <param name="Leak">Why: their pair, or that of byte-identical copies of theirs.</param>
internal sealed record RemovedRow(ListedRow Row, ListedRow Doubles, Leak Leak)
{
    /// <summary>Whether it doubles a row of its own split.</summary>
    public bool Inside => Doubles.Split == Row.Split;

    /// <summary>The rows to leave out, by split, shard and row.</summary>
    /// <remarks>
    /// Rows are looked at split after split, as <paramref name="keep"/> has them, by shard and row. One goes if it is in a leak with a row that
    /// was looked at before and stays, so whatever goes doubles, by a cosine or judgement of its own, a row that stays: there are no chains.
    /// Byte-identical rows are in all leaks of their copies. Rows of the first of several splits are never touched.
    /// </remarks>
    /// <param name="leaks">Nearest first.</param>
    /// <param name="keep">All splits, the one whose rows are rather kept first.</param>
    /// <param name="unlisted">Asked for a leak that is not among these, of a row that would stay with rows of one split that do; null to go by the leaks alone.</param>
    public static IReadOnlyList<RemovedRow> Of(IReadOnlyList<Leak> leaks, IReadOnlyList<string> keep, Func<ListedRow, IEnumerable<ListedRow>, Leak?>? unlisted = null)
    {
        var order = keep.Index().ToDictionary(split => split.Item, split => split.Index);
        var copies = new CopyGroups(leaks);
        var leaksOf = leaks.Where(leak => !leak.Pair.Exact)
            .Select(leak => (A: copies.Of(leak.Pair.Test), B: copies.Of(leak.Pair.Other), Leak: leak))
            .SelectMany(of => ((ListedRow Group, ListedRow Other, Leak Leak)[])[(of.A, of.B, of.Leak), (of.B, of.A, of.Leak)])
            .ToLookup(of => of.Group);
        var staying = new Dictionary<(ListedRow Group, string Split), ListedRow>(); // The first row of each.
        var removed = new List<RemovedRow>();
        foreach (var row in copies.Rows.OrderBy(row => order[row.Split]).ThenBy(row => row))
        {
            var group = copies.Of(row);
            var before = keep.Count > 1 && order[row.Split] == 0 ? [] : keep.Take(order[row.Split] + 1);
            var doubled = before.Select(split => Doubled(row, group, split)).FirstOrDefault(found => found is not null) ?? before.Select(split => Unlisted(row, split)).FirstOrDefault(found => found is not null);
            if (doubled is not null)
            {
                removed.Add(doubled);
            }
            else
            {
                staying.TryAdd((group, row.Split), row);
            }
        }
        return [.. removed.OrderBy(row => row.Row)];

        RemovedRow? Unlisted(ListedRow row, string split) =>
            unlisted?.Invoke(row, staying.Where(of => of.Key.Split == split).Select(of => of.Value)) is { } leak ? new RemovedRow(row, leak.Pair.Other, leak) : null;

        RemovedRow? Doubled(ListedRow row, ListedRow group, string split) =>
            staying.TryGetValue((group, split), out var copy)
                ? new RemovedRow(row, copy, copies.LeakOf(row))
                : leaksOf[group].Where(of => staying.ContainsKey((of.Other, split))).Select(of => new RemovedRow(row, staying[(of.Other, split)], of.Leak)).FirstOrDefault();
    }
}
