using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>MixMatch's guesses and what is lost by missing them: Berthelot et al. 2019.</summary>
internal static class Guesses
{
    /// <summary>p^(1/T) / Σ p^(1/T): equation 7.</summary>
    /// <param name="probabilities">[row, class].</param>
    /// <param name="temperature">T, in (0, 1]; towards 0 the best class takes all.</param>
    public static Tensor Sharpened(Tensor probabilities, double temperature)
    {
        var raised = probabilities.pow(Scalars.Of(1 / temperature));
        return raised.div(raised.sum(-1, keepdim: true));
    }

    /// <summary>Mean over rows and classes of (softmax(logits) − target)²: equation 4, a scalar.</summary>
    /// <param name="logits">[row, class].</param>
    /// <param name="targets">[row, class]; no gradient passes.</param>
    public static Tensor Missed(Tensor logits, Tensor targets) => torch.nn.functional.softmax(logits, dim: -1).sub(targets.detach()).Squared().mean();
}
