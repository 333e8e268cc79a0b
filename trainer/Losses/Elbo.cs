using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>The evidence lower bound of deep generative models whose classes may be unknown, in nats a row: Kingma et al. 2014, equations 6 and 7; Willetts et al. 2019.</summary>
/// <remarks>All Gaussians are diagonal; variances are given by their logarithms.</remarks>
internal static class Elbo
{
    /// <summary>KL(q ‖ p) over the last axis: ½ Σ (ln vp − ln vq + (vq + (mq − mp)²) / vp − 1).</summary>
    public static Tensor Divergence(Tensor mean, Tensor logVariance, Tensor priorMean, Tensor priorLogVariance)
    {
        var spread = logVariance.exp().Plus(mean.sub(priorMean).Squared()).mul(priorLogVariance.neg().exp());
        return priorLogVariance.sub(logVariance).Plus(spread).Plus(Scalars.Of(-1)).sum(-1).mul(Scalars.Of(0.5));
    }

    /// <summary>ln N(values; decoded, variance) over the last axis: −½ Σ ((x − x̂)² / v + ln v + ln 2π).</summary>
    /// <param name="logVariance">One for all, [1].</param>
    public static Tensor LogLikelihood(Tensor values, Tensor decoded, Tensor logVariance) =>
        values.sub(decoded).Squared().mul(logVariance.neg().exp()).Plus(logVariance).Plus(Scalars.Of(Math.Log(2 * Math.PI))).sum(-1).mul(Scalars.Of(-0.5));

    /// <summary>The bound of rows whose class is not known, exactly: Σ_y q(y|x) · (bound(x, y) − ln q(y|x)), [row].</summary>
    /// <param name="bounds">bound(x, y), that of the class among them, [row, class].</param>
    /// <param name="logits">Of q(y|x), [row, class].</param>
    public static Tensor OverClasses(Tensor bounds, Tensor logits)
    {
        var logProbabilities = torch.nn.functional.log_softmax(logits, dim: -1);
        return bounds.sub(logProbabilities).mul(logProbabilities.exp()).sum(-1);
    }
}
