namespace ParquetPool.Scorer.Audits;

/// <summary>Counts byte-identical rows by their fingerprints: all of them, also those that a list of k neighbours has no room for.</summary>
internal static class ExactCopies
{
    /// <summary>Pairs of a row of each split with the same bytes.</summary>
    public static long Between(AuditSplit split, AuditSplit other)
    {
        var copies = Count(other);
        return Accepted(split).Sum(row => copies.GetValueOrDefault(split.FingerprintOf(row)));
    }

    /// <summary>Pairs of two rows of the split with the same bytes.</summary>
    public static long Within(AuditSplit split) => Count(split).Values.Sum(count => count * (count - 1) / 2);

    private static Dictionary<UInt128, long> Count(AuditSplit split)
    {
        var counts = new Dictionary<UInt128, long>();
        foreach (var row in Accepted(split))
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(counts, split.FingerprintOf(row), out _)++;
        }
        return counts;
    }

    private static IEnumerable<int> Accepted(AuditSplit split) => Enumerable.Range(0, split.Rows).Where(row => !split.IsRejected(row));
}
