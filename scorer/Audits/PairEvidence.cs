namespace ParquetPool.Scorer.Audits;

/// <summary>What speaks for a pair besides its distance: whether either row has a nearer one, and how far the next one is.</summary>
/// <remarks>64 bytes for each test row and 8 for each training row.</remarks>
internal sealed class PairEvidence
{
    private readonly AuditInputs inputs;
    private readonly NearestTwo ofTest;
    private readonly NearestTwo insideTest;

    public PairEvidence(AuditInputs inputs)
    {
        this.inputs = inputs;
        (ofTest, insideTest) = (new NearestTwo(inputs.Test.Rows), new NearestTwo(inputs.Test.Rows));
        NearestOfTrain = new double[inputs.Train.Rows];
        Array.Fill(NearestOfTrain, double.NegativeInfinity);
    }

    /// <summary>[train row]: the cosine of its nearest test row.</summary>
    public double[] NearestOfTrain { get; }

    /// <summary>Takes in a neighbour of a test row: each row's nearest, its second nearest where it shall be told, and any others, in any order.</summary>
    public void Add(PairKind kind, int testRow, int otherRow, double similarity)
    {
        Of(kind).Offer(testRow, inputs.OtherSplit(kind).FingerprintOf(otherRow), similarity);
        if (kind == PairKind.TestTest)
        {
            insideTest.Offer(otherRow, inputs.Test.FingerprintOf(testRow), similarity);
        }
        else
        {
            NearestOfTrain[otherRow] = Math.Max(NearestOfTrain[otherRow], similarity);
        }
    }

    /// <summary>Whether neither row of a pair has a nearer one in the other's split.</summary>
    public bool IsMutual(in AuditPair pair) =>
        pair.Similarity >= Of(pair.Kind).First(pair.TestRow)
        && pair.Similarity >= (pair.Kind == PairKind.TestTest ? insideTest.First(pair.OtherRow) : NearestOfTrain[pair.OtherRow]);

    /// <summary>The pair's distance over that of the second nearest different row of its test row, of two test rows the larger; NaN where none is known.</summary>
    public double RatioToSecond(in AuditPair pair)
    {
        var second = Of(pair.Kind).Second(pair.TestRow);
        second = pair.Kind == PairKind.TestTest ? Math.Max(second, insideTest.Second(pair.OtherRow)) : second;
        return double.IsFinite(second) && second < 1 ? pair.Distance / (1 - second) : double.NaN;
    }

    private NearestTwo Of(PairKind kind) => kind == PairKind.TestTrain ? ofTest : insideTest;
}
