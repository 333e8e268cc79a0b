namespace ParquetPool.Scorer.Audits;

/// <summary>Which splits a pair's rows come from.</summary>
public enum PairKind
{
    /// <summary>A test row and a training row.</summary>
    TestTrain,

    /// <summary>Two test rows.</summary>
    TestTest,
}

/// <summary>Two rows and their similarity.</summary>
/// <param name="TestRow">A row's number in the test split.</param>
/// <param name="OtherRow">A row's number in the training split; in the test split for <see cref="PairKind.TestTest"/>.</param>
/// <param name="Rank">From 1: the place of the other row among the test row's neighbours; for two test rows the better of their two places. 0 where it is told by the order of the list.</param>
/// <param name="Similarity">Cosine.</param>
/// <param name="Exact">The rows' feature columns are byte-identical.</param>
internal readonly record struct AuditPair(PairKind Kind, int TestRow, int OtherRow, int Rank, double Similarity, bool Exact)
{
    /// <summary>1 − cosine.</summary>
    public double Distance => 1 - Similarity;
}
