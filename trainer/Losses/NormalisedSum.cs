using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>Joins the losses of labels and pseudo-labels: Zoph et al. 2020, "Rethinking pre-training and self-training", appendix on loss normalisation.</summary>
internal static class NormalisedSum
{
    /// <summary>(labelled + α · (labelledMean / pseudoMean) · pseudo) / (1 + α): both count alike, however large each is.</summary>
    /// <param name="labelled">A scalar.</param>
    /// <param name="pseudo">A scalar.</param>
    /// <param name="labelledMean">Of the losses so far; no gradient passes.</param>
    /// <param name="pseudoMean">Of the losses so far.</param>
    /// <param name="share">α.</param>
    public static Tensor Of(Tensor labelled, Tensor pseudo, double labelledMean, double pseudoMean, double share = 1)
    {
        var scale = pseudoMean > 0 ? labelledMean / pseudoMean : 1;
        return labelled.Plus(pseudo.mul(Scalars.Of(share * scale))).div(Scalars.Of(1 + share));
    }
}
