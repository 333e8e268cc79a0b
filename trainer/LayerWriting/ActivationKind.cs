namespace ParquetPool.Trainer.LayerWriting;

/// <summary>A function of each value by itself.</summary>
internal enum ActivationKind
{
    None,
    Relu,
    Gelu,

    /// <summary>x · sigmoid(x): Elfwing, Uchibe and Doya 2018.</summary>
    Silu,
    Tanh,
    Sigmoid,
}
