using System.Runtime.Intrinsics;

namespace ParquetPool.Trainer.Training;

/// <summary>Kingma and Ba 2015, algorithm 1, with bias correction.</summary>
/// <param name="Beta1">Decay of the mean of gradients.</param>
/// <param name="Beta2">Decay of the mean of squared gradients.</param>
/// <param name="Epsilon">Added to the root.</param>
public record Adam(float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f) : Optimiser
{
    /// <inheritdoc/>
    public sealed override int StateSize => 2;

    /// <summary>Decoupled weight decay: p −= rate · decay · p.</summary>
    private protected virtual float Decay => 0;

    /// <inheritdoc/>
    public sealed override void Update(
        Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, float rate, int step, bool decays)
    {
        var scale = Scale.At(this, rate, step, decays);
        var (beta1, rest1) = (Vector256.Create(Beta1), Vector256.Create(1 - Beta1));
        var (beta2, rest2) = (Vector256.Create(Beta2), Vector256.Create(1 - Beta2));
        var (keep, stride) = (Vector256.Create(scale.Keep), Vector256.Create(scale.Stride));
        var (root, epsilon) = (Vector256.Create(scale.Root), Vector256.Create(Epsilon));
        var i = 0;
        for (; i <= parameters.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var g = Vector256.Create(gradients[i..]);
            var m = (beta1 * Vector256.Create(first[i..])) + (rest1 * g);
            var v = (beta2 * Vector256.Create(second[i..])) + (rest2 * g * g);
            m.CopyTo(first[i..]);
            v.CopyTo(second[i..]);
            ((keep * Vector256.Create(parameters[i..])) - (stride * m / ((Vector256.Sqrt(v) * root) + epsilon))).CopyTo(parameters[i..]);
        }
        UpdateScalar(parameters[i..], gradients[i..], first[i..], second[i..], scale);
    }

    /// <summary>The same arithmetic without vector instructions.</summary>
    internal void UpdateScalar(Span<float> parameters, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, Scale scale)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            var g = gradients[i];
            var m = (Beta1 * first[i]) + ((1 - Beta1) * g);
            var v = (Beta2 * second[i]) + ((1 - Beta2) * g * g);
            (first[i], second[i]) = (m, v);
            parameters[i] = (scale.Keep * parameters[i]) - (scale.Stride * m / ((MathF.Sqrt(v) * scale.Root) + Epsilon));
        }
    }

    /// <summary>The factors of one step: p = Keep · p − Stride · m / (Root · √v + ε).</summary>
    internal readonly record struct Scale(float Keep, float Stride, float Root)
    {
        public static Scale At(Adam adam, float rate, int step, bool decays) => new(
            1 - (decays ? rate * adam.Decay : 0),
            (float)(rate / (1 - Math.Pow(adam.Beta1, step))),
            (float)(1 / Math.Sqrt(1 - Math.Pow(adam.Beta2, step))));
    }
}
