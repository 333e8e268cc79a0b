using ParquetPool.Trainer.Libtorch;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>Losses of rows as one number.</summary>
/// <remarks>Row weights are ≥ 0; a weight of 0 leaves the row out.</remarks>
internal static class Means
{
    /// <summary>Σ w · value / Σ w, a scalar; the sum of the weights must be positive.</summary>
    /// <param name="values">[row].</param>
    /// <param name="weights">[row].</param>
    public static Tensor Weighted(Tensor values, Tensor weights) => values.mul(weights).sum().div(weights.sum());

    /// <summary>As <see cref="Weighted"/>, over the rows that are there; 0 where none is.</summary>
    /// <param name="values">[row].</param>
    /// <param name="weights">[row].</param>
    /// <param name="presence">[row, 1], 1 for the rows that are there, else 0.</param>
    /// <returns>The mean, and 1 where a row is there, else 0: scalars.</returns>
    public static (Tensor Mean, Tensor Any) Present(Tensor values, Tensor weights, Tensor presence)
    {
        var there = weights.mul(presence.squeeze(1));
        var total = there.sum();
        var any = total.gt(Scalars.Of(0)).to_type(values.dtype);
        // Where no row is there the weights are all 0: divided by 1 they stay it.
        return (values.mul(there).sum().div(total.Plus(any.neg().Plus(Scalars.Of(1)))), any);
    }
}
