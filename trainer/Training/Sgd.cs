using System.Runtime.Intrinsics;

namespace ParquetPool.Trainer.Training;

/// <summary>Stochastic gradient descent: v = µ v + g; p −= rate · v, or rate · (g + µ v) with Nesterov's look-ahead.</summary>
/// <param name="Momentum">µ, 0 for none.</param>
/// <param name="Nesterov">Look one step ahead (Sutskever et al. 2013).</param>
/// <param name="WeightDecay">Decoupled: p −= rate · decay · p.</param>
public sealed record Sgd(float Momentum = 0.9f, bool Nesterov = false, float WeightDecay = 0) : Optimiser
{
    /// <inheritdoc/>
    public override int StateSize => Momentum == 0 ? 0 : 1;

    /// <inheritdoc/>
    public override void Update(
        Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, float rate, int step, bool decays)
    {
        var keep = 1 - (decays ? rate * WeightDecay : 0);
        var i = 0;
        for (; i <= parameters.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var g = Vector256.Create(gradients[i..]);
            var v = StateSize == 0 ? g : (Vector256.Create(first[i..]) * Momentum) + g;
            var change = Nesterov ? g + (v * Momentum) : v;
            ((Vector256.Create(parameters[i..]) * keep) - (change * rate)).CopyTo(parameters[i..]);
            if (StateSize > 0)
            {
                v.CopyTo(first[i..]);
            }
        }
        UpdateScalar(parameters[i..], gradients[i..], StateSize == 0 ? [] : first[i..], rate, keep);
    }

    /// <summary>The same arithmetic without vector instructions.</summary>
    internal void UpdateScalar(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> velocity, float rate, float keep)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            var g = gradients[i];
            var v = velocity.IsEmpty ? g : (velocity[i] * Momentum) + g;
            var change = Nesterov ? g + (v * Momentum) : v;
            parameters[i] = (parameters[i] * keep) - (change * rate);
            if (!velocity.IsEmpty)
            {
                velocity[i] = v;
            }
        }
    }
}
