using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>How far rows lie apart, and which of them belong together.</summary>
internal static class Distances
{
    private const float Least = 1e-12f;

    /// <summary>[row, row]: |a − b|² of vectors of length 1, which is 2 − 2 cos.</summary>
    /// <param name="embeddings">[row, unit].</param>
    public static Tensor Squared(Tensor embeddings) => embeddings.mm(embeddings.t()).mul(Scalars.Of(-2)).Plus(Scalars.Of(2)).clamp(min: Scalars.Of(0));

    /// <summary>Their roots; a root of 0 has no gradient, so a little more is taken of it.</summary>
    public static Tensor Of(Tensor squared) => squared.clamp(min: Scalars.Of(Least)).sqrt();

    /// <summary>[row, row]: 1 for two rows that belong together, 0 for a row and itself.</summary>
    /// <param name="related">[row, row]: 1 for rows that belong together; of a row and itself anything.</param>
    public static Tensor Positives(Tensor related) => related.mul(Others(related));

    /// <summary>[row, row]: 1 for two rows that do not belong together.</summary>
    public static Tensor Negatives(Tensor related) => related.neg().Plus(Scalars.Of(1)).mul(Others(related));

    private static Tensor Others(Tensor related) => torch.eye(related.shape[0], device: related.device).neg().Plus(Scalars.Of(1));
}
