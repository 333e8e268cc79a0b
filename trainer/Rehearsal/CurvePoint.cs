using ParquetPool.Trainer.Stopping;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>What a run had come to after a number of queries.</summary>
/// <param name="Round">Queries labelled; 0 with the initial labels alone.</param>
/// <param name="Labels">Rows labelled, the initial ones too; where answers to yes/no questions are counted, these.</param>
/// <param name="Test">On the test rows, dropout off.</param>
/// <param name="Agreement">Of its predictions on the test rows with those of the round before; null for the first.</param>
/// <param name="Seconds">Choosing and training of this round; the only number that differs from one run to the next.</param>
internal sealed record CurvePoint(int Round, int Labels, TestScore Test, Agreement? Agreement, double Seconds)
{
    /// <summary>Rows whose class is known.</summary>
    public int Whole { get; init; }

    /// <summary>Rows learnt from of which is known that they are of one of several classes.</summary>
    public int Partial { get; init; }
}

/// <summary>A finished run.</summary>
/// <param name="Key">Of everything that decides it.</param>
/// <param name="Bought">Ids of the rows labelled, the initial ones first, in the order of choice.</param>
internal sealed record Run(string Key, string Strategy, int Seed, IReadOnlyList<CurvePoint> Points, IReadOnlyList<string> Bought)
{
    /// <summary>What the curve up to a round lets expect of 100 more labels; null where it is too short.</summary>
    public double? ExpectedGainAt(int round) => ExpectedGain.Of([.. Points.Take(round + 1).Select(p => new MeasuredAccuracy(p.Labels, p.Test.Accuracy, 1))])?.Value;
}
