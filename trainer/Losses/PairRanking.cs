using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>Teaches predictions the order of losses: Yoo and Kweon 2019, equation 2, over all pairs of a batch instead of half as many as it has rows.</summary>
internal static class PairRanking
{
    /// <summary>Mean over pairs with different losses of max(0, margin − sign(loss difference) · prediction difference); 0 where there is no pair.</summary>
    /// <param name="predictions">[row, 1].</param>
    /// <param name="losses">[row]; no gradient passes.</param>
    /// <param name="margin">By how much predictions shall differ.</param>
    public static Tensor Of(Tensor predictions, Tensor losses, float margin)
    {
        var known = losses.detach();
        var order = known.unsqueeze(1).sub(known.unsqueeze(0)).sign();
        var differ = order.abs();
        var hinges = differ.mul(Scalars.Of(margin)).sub(order.mul(predictions.sub(predictions.reshape(1, -1)))).relu();
        return hinges.sum().div(differ.sum().clamp(min: Scalars.Of(1)));
    }
}
