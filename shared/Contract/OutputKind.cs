namespace ParquetPool.Contract;

/// <summary>What the numbers of a model's output are.</summary>
public enum OutputKind
{
    /// <summary>Their softmax is the probabilities; of a single column, its logistic function is the probability of class 1.</summary>
    Logits,

    /// <summary>Natural logarithms of probabilities.</summary>
    LogProbabilities,

    /// <summary>One number a class, divided by their sum; of a single column, that of class 1.</summary>
    Probabilities,
}
