using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>Draws rows that belong together to each other and pushes others apart, pair by pair: Hadsell et al. 2006, equation 4.</summary>
internal static class ContrastivePairs
{
    /// <summary>Over pairs that belong together the sum of d², over all others that of max(0, margin − d)², by the number of the former. Pairs count alike: were each kind a mean of its own, the few that do not belong together but lie close would count for little.</summary>
    /// <param name="embeddings">[row, unit], of length 1.</param>
    /// <param name="related">[row, row], see <see cref="Distances.Positives"/>.</param>
    public static Tensor Of(Tensor embeddings, Tensor related, float margin)
    {
        var squared = Distances.Squared(embeddings);
        var (together, apart) = (Distances.Positives(related), Distances.Negatives(related));
        var lacking = Distances.Of(squared).neg().Plus(Scalars.Of(margin)).relu().mul(apart);
        return squared.mul(together).sum().Plus(lacking.Squared().sum()).div(together.sum().clamp(min: Scalars.Of(1)));
    }
}
