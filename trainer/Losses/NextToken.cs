using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Losses;

/// <summary>A language model's loss, its output weights tied to its input vectors (Press and Wolf 2017), and how it keeps states small and steady (Merity et al. 2018, section 4.4).</summary>
internal static class NextToken
{
    /// <summary>state · vector + bias, [place, token].</summary>
    /// <param name="states">[place, unit], of the places before the tokens that are told.</param>
    /// <param name="vectors">[token, unit]: the input's.</param>
    /// <param name="bias">[token].</param>
    public static Tensor Logits(Tensor states, Tensor vectors, Tensor bias) => states.mm(vectors.t()).Plus(bias);

    /// <summary>The mean over places of −log softmax of the token that follows, in nats.</summary>
    /// <param name="logits">[place, token].</param>
    /// <param name="targets">[place].</param>
    public static Tensor Of(Tensor logits, Tensor targets) => torch.nn.functional.cross_entropy(logits, targets);

    /// <summary>AR without its α: the mean square of states behind dropout.</summary>
    public static Tensor Activation(Tensor states) => states.Squared().mean();

    /// <summary>TAR without its β: the mean square by which a state, before dropout, differs from the one after it.</summary>
    /// <param name="states">[place, unit].</param>
    /// <param name="next">[place, unit].</param>
    public static Tensor TemporalActivation(Tensor states, Tensor next) => next.sub(states).Squared().mean();
}
