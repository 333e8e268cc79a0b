using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>Weighs the losses of several tasks by learned uncertainties: Kendall, Gal and Cipolla 2018, equation 10.</summary>
internal static class Uncertainty
{
    /// <summary>Σ loss / σ² + log σ over the tasks that count, a scalar. It is least at σ² = 2 · loss.</summary>
    /// <param name="losses">[task].</param>
    /// <param name="counts">[task], 1 or 0.</param>
    /// <param name="logVariances">log σ², [task].</param>
    public static Tensor Weigh(Tensor losses, Tensor counts, Tensor logVariances) =>
        losses.mul(logVariances.neg().exp()).Plus(logVariances.mul(Scalars.Of(0.5f))).mul(counts).sum();
}
