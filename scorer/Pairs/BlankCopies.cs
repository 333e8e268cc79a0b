namespace ParquetPool.Scorer.Pairs;

/// <summary>Rows whose vector is zero: they have no cosine and so no neighbours, but those with the same bytes are exact copies like any others.</summary>
internal static class BlankCopies
{
    /// <summary>Their pairs, of cosine 1. A row with a copy is no reject any more.</summary>
    /// <param name="neighbours">The most copies listed for a row, the smallest ids first; null for all, each pair once.</param>
    public static IReadOnlyList<AuditPair> Find(IReadOnlyList<ComparedSplits> comparisons, int? neighbours)
    {
        var found = new List<AuditPair>();
        var copied = new HashSet<(AuditSplit Split, int Row)>();
        foreach (var (place, comparison) in comparisons.Index())
        {
            var others = Blank(comparison.Other).ToLookup(row => comparison.Other.FingerprintOf(row));
            foreach (var row in Blank(comparison.Split))
            {
                var copies = others[comparison.Split.FingerprintOf(row)].Where(other => !comparison.Inside || other != row).OrderBy(comparison.Other.IdOf, StringComparer.Ordinal).ToList();
                copied.UnionWith(copies.Select(other => (comparison.Other, other)).Concat(copies.Count > 0 ? [(comparison.Split, row)] : []));
                var listed = neighbours is { } most ? copies.Take(most) : copies.Where(other => !comparison.Inside || other > row);
                found.AddRange(listed.Select((other, rank) => new AuditPair(place, row, other, neighbours is null ? 0 : rank + 1, 1, 1, Exact: true)));
            }
        }
        foreach (var (split, row) in copied)
        {
            split.Accept(row);
        }
        return found;
    }

    private static List<int> Blank(AuditSplit split) => [.. split.Rejects.Where(reject => reject.Reason == AuditSplit.ZeroVector).Select(reject => reject.Row)];
}
