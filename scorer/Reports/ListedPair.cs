namespace ParquetPool.Scorer.Reports;

/// <summary>A pair as <c>pairs.parquet</c> lists it.</summary>
/// <param name="Other">A training row, or another test row.</param>
/// <param name="Similarity">Cosine.</param>
/// <param name="Exact">The rows are byte-identical.</param>
internal sealed record ListedPair(ListedRow Test, ListedRow Other, double Similarity, bool Exact)
{
    /// <summary>As the column <c>kind</c> says it.</summary>
    public string Kind => Other.Split == "test" ? TestTest : TestTrain;

    public const string TestTest = "test-test";
    public const string TestTrain = "test-train";

    /// <summary>How the rows of the two lists of ciFAIR are apart: Euclidean, between vectors of length 1. √(2 − 2 · cosine), 0 to 2.</summary>
    public double Distance => Math.Sqrt(Math.Max(0, 2 - (2 * Similarity)));

    /// <summary>What a judgement names: the kind and the two ids.</summary>
    public (string Kind, string TestId, string OtherId) Key => (Kind, Test.Id, Other.Id);
}
