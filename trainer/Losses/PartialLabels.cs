using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>What rows teach of which is known that they are of one of several classes.</summary>
internal static class PartialLabels
{
    /// <summary>−log Σ p over the classes left open of each row, [row], in nats, p = softmax(logits): Hu et al. 2019, "Active learning with partial feedback", section 3.2.</summary>
    /// <remarks>The difference of two logarithms of sums of exponentials; exactly 0, as is its gradient, for a row that leaves all open.</remarks>
    /// <param name="logits">[row, class].</param>
    /// <param name="closed">[row, class]: 0 for a class left open, −∞ for another; one or more are open.</param>
    public static Tensor Of(Tensor logits, Tensor closed) => torch.logsumexp(logits, -1).sub(torch.logsumexp(logits.add(closed, Libtorch.Scalars.One), -1));
}
