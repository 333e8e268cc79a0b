namespace ParquetPool.Scorer.Audits;

/// <summary>Counts the listed pairs of one kind.</summary>
internal sealed class PairTally(PairKind kind, AuditInputs inputs)
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
            exactRows.Add(pair.TestRow);
            if (kind == PairKind.TestTest)
            {
                exactRows.Add(pair.OtherRow);
            }
        }
        var agrees = inputs.LabelsAgree(pair);
        known += agrees is null ? 0 : 1;
        agree += agrees is true ? 1 : 0;
    }

    /// <summary>The counts, with those of all byte-identical pairs, listed or not.</summary>
    public PairCounts Counts() => new(
        listed, exact, exactRows.Count,
        kind == PairKind.TestTest ? ExactCopies.Within(inputs.Test) : ExactCopies.Between(inputs.Test, inputs.Train),
        known, agree);
}
