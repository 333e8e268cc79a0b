using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>A row shall be nearer to one that belongs to it than to one that does not, by a margin of the squared distance: Schroff et al. 2015, equation 3.</summary>
internal static class Triplets
{
    /// <summary>Mean of max(0, d²(anchor, positive) − d²(anchor, negative) + margin) over the pairs that belong together, each with one negative: the nearest of those further away than the positive, or where none is, the furthest of all.</summary>
    /// <param name="embeddings">[row, unit], of length 1.</param>
    /// <param name="related">[row, row], see <see cref="Distances.Positives"/>.</param>
    public static Tensor SemiHard(Tensor embeddings, Tensor related, float margin)
    {
        var squared = Distances.Squared(embeddings);
        var (together, apart) = (Distances.Positives(related), Distances.Negatives(related).gt(Scalars.Of(0)));
        var known = squared.detach();
        // [anchor, positive, negative]
        var further = apart.unsqueeze(1).logical_and(known.unsqueeze(1).gt(known.unsqueeze(2)));
        var nearest = known.unsqueeze(1).masked_fill(further.logical_not(), Scalars.Of(float.PositiveInfinity)).argmin(2);
        var furthest = known.masked_fill(apart.logical_not(), Scalars.Of(float.NegativeInfinity)).argmax(1).unsqueeze(1).expand_as(nearest);
        var chosen = torch.where(further.any(2), nearest, furthest);
        var usable = together.mul(apart.any(1).unsqueeze(1).to_type(torch.ScalarType.Float32));
        var hinges = squared.sub(squared.gather(1, chosen)).Plus(Scalars.Of(margin)).relu().mul(usable);
        return hinges.sum().div(usable.sum().clamp(min: Scalars.Of(1)));
    }

    /// <summary>Mean over all triplets of the batch that violate the margin: Hermans et al. 2017, "batch all"; 0 where none does.</summary>
    /// <param name="embeddings">[row, unit], of length 1.</param>
    /// <param name="related">[row, row], see <see cref="Distances.Positives"/>.</param>
    public static Tensor BatchAll(Tensor embeddings, Tensor related, float margin)
    {
        var squared = Distances.Squared(embeddings);
        var triplets = Distances.Positives(related).unsqueeze(2).mul(Distances.Negatives(related).unsqueeze(1));
        var hinges = squared.unsqueeze(2).sub(squared.unsqueeze(1)).Plus(Scalars.Of(margin)).relu().mul(triplets);
        return hinges.sum().div(hinges.detach().sign().sum().clamp(min: Scalars.Of(1)));
    }
}
