namespace ParquetPool.Scorer.Outputs;

/// <summary>What makes logits of an output's numbers.</summary>
internal enum OutputStep
{
    /// <summary>They are.</summary>
    None,

    /// <summary>The logarithm of each.</summary>
    Logarithm,

    /// <summary>z becomes [−z/2, z/2].</summary>
    FromOneLogit,

    /// <summary>p becomes [log(1 − p), log p].</summary>
    FromOneProbability,

    /// <summary>The same of p = exp(x).</summary>
    FromOneLogProbability,
}
