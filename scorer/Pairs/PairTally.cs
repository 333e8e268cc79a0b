using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Pairs;

/// <summary>Counts the listed pairs of a comparison.</summary>
internal sealed class PairTally(ComparedSplits comparison)
{
    private readonly HashSet<int> exactRows = [];
    private long listed;
    private long exact;
    private long known;
    private long agree;

    /// <summary>Takes in a pair.</summary>
    public void Add(in AuditPair pair)
    {
        listed++;
        if (pair.Exact)
        {
            exact++;
            exactRows.Add(pair.Row);
            if (comparison.Inside)
            {
                exactRows.Add(pair.OtherRow);
            }
        }
        var agrees = comparison.LabelsAgree(pair);
        known += agrees is null ? 0 : 1;
        agree += agrees is true ? 1 : 0;
    }

    /// <summary>The counts, with those of all byte-identical pairs, listed or not.</summary>
    public PairCounts Counts() => new(
        comparison.Kind, comparison.Split.Name, comparison.Other.Name, listed, exact, exactRows.Count,
        comparison.Inside ? ExactCopies.Within(comparison.Split) : ExactCopies.Between(comparison.Split, comparison.Other), known, agree);
}

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
