using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>Draws rows that belong together to each other and pushes others apart, pair by pair: Hadsell et al. 2006, equation 4.</summary>
internal static class ContrastivePairs
{
    /// <summary>Mean over pairs that belong together of d², plus the mean over the other pairs nearer than the margin of (margin − d)²; a mean of no pairs is 0.</summary>
    /// <param name="embeddings">[row, unit], of length 1.</param>
    /// <param name="related">[row, row], see <see cref="Distances.Positives"/>.</param>
    public static Tensor Of(Tensor embeddings, Tensor related, float margin)
    {
        var squared = Distances.Squared(embeddings);
        var (together, apart) = (Distances.Positives(related), Distances.Negatives(related));
        var lacking = Distances.Of(squared).neg().Plus(Scalars.Of(margin)).relu().mul(apart);
        return squared.mul(together).sum().div(together.sum().clamp(min: Scalars.Of(1))).Plus(lacking.Squared().sum().div(lacking.detach().sign().sum().clamp(min: Scalars.Of(1))));
    }
}
