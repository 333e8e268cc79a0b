using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Audits;

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
