namespace ParquetPool.Trainer.Training;

/// <summary>How a gradient changes a parameter. The settings only; <see cref="TrainingSession"/> keeps the state.</summary>
/// <remarks>
/// Element by element and without fused multiply-adds, so that the bytes of the parameters depend on neither the vector width nor on how
/// the work is divided.
/// </remarks>
public abstract record Optimiser
{
    /// <summary>Floats of state per parameter element; they start at 0.</summary>
    public abstract int StateSize { get; }

    /// <summary>One step over equally long spans.</summary>
    /// <param name="parameters">Updated in place.</param>
    /// <param name="gradients">Of the same elements.</param>
    /// <param name="first">The first state float of each element; empty where <see cref="StateSize"/> is 0.</param>
    /// <param name="second">The second state float of each element; empty where <see cref="StateSize"/> is below 2.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The number of this step, counted from 1.</param>
    /// <param name="decays">Whether weight decay applies: not to biases and other tensors of rank 0 or 1.</param>
    public abstract void Update(
        Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, float rate, int step, bool decays);
}
