using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>The cross-entropy of a softmax, in nats.</summary>
/// <param name="Smoothing">The share of every target that goes to all classes alike: Szegedy et al. 2016, section 7.</param>
/// <param name="Focus">γ by which classes that are predicted well count less, (1 − p)^γ: Lin et al. 2017, equation 4; 0 for none.</param>
internal readonly record struct CrossEntropy(float Smoothing = 0, float Focus = 0)
{
    // What is left of 1 − p: at 0 a root has no gradient.
    private const float Least = 1e-6f;

    /// <summary>−Σ target · (1 − p)^γ · log p of each row, [row], p = softmax(logits).</summary>
    /// <param name="logits">[row, class].</param>
    /// <param name="targets">[row, class], probabilities: one-hot or soft labels; zeros for a row that has none.</param>
    public Tensor Of(Tensor logits, Tensor targets)
    {
        var logProbabilities = torch.nn.functional.log_softmax(logits, dim: -1);
        var wanted = Smoothing == 0 ? targets : targets.mul(Scalars.Of(1 - Smoothing)).Plus(targets.sum(-1, keepdim: true).mul(Scalars.Of(Smoothing / targets.shape[^1])));
        var agreement = logProbabilities.mul(wanted);
        if (Focus != 0)
        {
            agreement = agreement.mul(logProbabilities.exp().neg().Plus(Scalars.Of(1)).clamp(min: Scalars.Of(Least)).pow(Scalars.Of(Focus)));
        }
        return agreement.sum(-1).neg();
    }
}
