namespace ParquetPool.Scorer.Judging;

/// <summary>What a person says of a pair, with ciFAIR's numbers: Barz and Denzler, "Do we train on test data?" (2019). ciFAIR's lists leave out what is different.</summary>
public enum Judgement
{
    /// <summary>The same, but for noise.</summary>
    Exact,

    /// <summary>One original, altered.</summary>
    Near,

    /// <summary>Two originals that are told apart at the second look.</summary>
    Similar,

    /// <summary>Two originals.</summary>
    Different,
}
