using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>A batch normalisation in training: it normalises by the batch, and running statistics follow.</summary>
/// <param name="Mean">The initializer with the running mean.</param>
/// <param name="Variance">The initializer with the running variance; of the population, as in ONNX.</param>
/// <param name="Momentum">running = momentum · running + (1 − momentum) · batch.</param>
internal sealed record BatchStatistics(string Mean, string Variance, float Momentum)
{
    public static bool IsBatchNorm(NodeProto node) => node.OpType == "BatchNormalization" && node.IntOr("training_mode", 0) == 0;

    /// <summary>The normalisations whose scale or bias learns, by the node's first output.</summary>
    public static Dictionary<string, BatchStatistics> Of(IEnumerable<NodeProto> nodes, IReadOnlyDictionary<string, TensorProto> constants, IReadOnlySet<string> learned) =>
        nodes.Where(n => IsBatchNorm(n) && n.Input.Skip(1).Take(2).Any(learned.Contains) && n.Input.Skip(3).All(constants.ContainsKey))
            .ToDictionary(n => n.Output[0], n => new BatchStatistics(n.Input[3], n.Input[4], n.FloatOr("momentum", 0.9f)));

    /// <summary>Normalises <paramref name="inputs"/>[0] and moves the running statistics.</summary>
    /// <param name="keeps">Whether these stay as they are.</param>
    /// <param name="inputs">x, scale, bias, running mean and running variance, [channel].</param>
    public Tensor Apply(Node node, Tensor?[] inputs, bool keeps = false)
    {
        var (x, running, runningVariance) = (inputs[0]!, inputs[3]!, inputs[4]!);
        var (mean, variance) = (torch.zeros_like(running), torch.zeros_like(runningVariance));
        var count = x.numel() / Math.Max(1, x.shape[1]);
        // With momentum 1 the node leaves the batch's own statistics behind; its variance is the unbiased one.
        var y = torch.nn.functional.batch_norm(x, mean, variance, inputs[1], inputs[2], training: true, momentum: 1, eps: node.Float("epsilon", 1e-5f));
        if (keeps)
        {
            return y;
        }
        using (torch.no_grad())
        {
            var biased = count > 1 ? variance.mul(Scalars.Of((count - 1) / (double)count)) : torch.zeros_like(variance);
            running.mul_(Scalars.Of(Momentum)).add_(mean.mul(Scalars.Of(1 - Momentum)), Scalars.One);
            runningVariance.mul_(Scalars.Of(Momentum)).add_(biased.mul(Scalars.Of(1 - Momentum)), Scalars.One);
        }
        return y;
    }
}
