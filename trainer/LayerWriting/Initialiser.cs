using ParquetPool.Errors;
using ParquetPool.Randomness;

namespace ParquetPool.Trainer.LayerWriting;

/// <summary>First weights, uniform within a bound that keeps activations and gradients of one size through the layers.</summary>
/// <remarks>
/// A weight is a pure function of (seed, number of the tensor, place), by Philox. Behind relu, gelu and silu: He et al. 2015, √(6 / inputs);
/// others: Glorot and Bengio 2010, √(6 / (inputs + outputs)).
/// </remarks>
/// <param name="first">The number of the first tensor: further ones of a network go on from those that it has.</param>
internal sealed class Initialiser(ulong seed, int first = 0)
{
    private const long Most = 1 << 28;

    /// <summary>The number of the next tensor.</summary>
    public uint Tensors { get; set; } = (uint)first;

    /// <summary>Weights of the next tensor, a product's.</summary>
    /// <param name="count">Elements.</param>
    /// <param name="inputs">Values that one output sums.</param>
    /// <param name="outputs">Values that one input goes to.</param>
    public float[] Weights(long count, int inputs, int outputs, ActivationKind activation) =>
        Uniform(count, MathF.Sqrt(6f / (activation is ActivationKind.Relu or ActivationKind.Gelu or ActivationKind.Silu ? inputs : inputs + outputs)));

    /// <summary>Weights of the next tensor, within [-bound, bound].</summary>
    /// <exception cref="DataException">They are too many; none is made then.</exception>
    public float[] Uniform(long count, float bound)
    {
        if (count > Most)
        {
            throw new DataException($"it has {count:N0} weights, expected at most {Most:N0}: make it, or what comes before it, smaller");
        }
        var words = new uint[count];
        Philox.Fill(seed, Purpose.FirstWeights, 0, Tensors++, 0, words);
        return Array.ConvertAll(words, w => bound * (((w >> 8) * (2f / (1 << 24))) - 1));
    }
}
