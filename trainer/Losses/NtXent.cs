using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>Tells each row's partner from all other rows: NT-Xent (Chen et al. 2020, equation 1).</summary>
internal static class NtXent
{
    /// <summary>Mean over rows of −log softmax of the partner's similarity among those of all other rows, in nats.</summary>
    /// <param name="embeddings">[row, unit], of length 1, so that a product of two rows is their cosine.</param>
    /// <param name="partners">[row], the place of each row's partner.</param>
    /// <param name="temperature">What a cosine is divided by.</param>
    public static Tensor Of(Tensor embeddings, Tensor partners, float temperature)
    {
        var itself = torch.eye(embeddings.shape[0], dtype: torch.ScalarType.Bool, device: embeddings.device);
        var similarities = embeddings.mm(embeddings.t()).div(Scalars.Of(temperature)).masked_fill(itself, Scalars.Of(float.NegativeInfinity));
        return torch.nn.functional.cross_entropy(similarities, partners);
    }
}
