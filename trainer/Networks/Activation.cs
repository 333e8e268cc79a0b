namespace ParquetPool.Trainer.Networks;

/// <summary>What follows a layer's sum, element by element.</summary>
public enum Activation
{
    None,
    Relu,
    Gelu,
    Tanh,
    Sigmoid,
}
