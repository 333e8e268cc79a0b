using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Operators;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Torch;

/// <summary>A Dropout node that is active in training.</summary>
/// <param name="Number">Counts the sites in the order of the graph; it decides the masks.</param>
/// <param name="Ratio">The probability that a unit is dropped, in (0, 1).</param>
internal sealed record TrainedDropout(int Number, float Ratio)
{
    /// <summary>The active sites by the node's first output.</summary>
    /// <remarks>A node is active where its third input says so or is computed; one without is the identity, as ONNX has it.</remarks>
    public static Dictionary<string, TrainedDropout> Of(IEnumerable<NodeProto> nodes, IReadOnlyDictionary<string, TensorProto> constants)
    {
        var sites = new Dictionary<string, TrainedDropout>();
        foreach (var node in nodes.Where(n => n.OpType == "Dropout" && n.InputAt(2) is not null))
        {
            var off = constants.TryGetValue(node.Input[2], out var mode) && Tensors.ToInt64s(mode)[0] == 0;
            var ratio = node.InputAt(1) is { } name && constants.TryGetValue(name, out var value) ? Tensors.ToFloats(value)[0] : 0.5f;
            if (!off && ratio > 0)
            {
                sites[node.Output[0]] = new TrainedDropout(sites.Count, ratio);
            }
        }
        return sites;
    }

    /// <summary>Drops units of <paramref name="x"/>.</summary>
    /// <returns>What is left, and the mask where the node makes it.</returns>
    public Tensor[] Apply(Node node, Tensor x, Pass pass)
    {
        var mask = torch.empty(x.shape, torch.ScalarType.Float32);
        MaskSource.Fill(pass.Seed, (uint)pass.Step, (uint)Number, Ratio, TensorConversion.Floats(mask), pass.Samples);
        // In bfloat16 the scale of what is kept would be off by up to 0.4 %, always to the same side.
        mask = x.dtype == torch.ScalarType.BFloat16 ? mask.to(x.device) : mask.to(x.dtype, x.device);
        var kept = x.mul(mask).to_type(x.dtype);
        return node.Makes(1) ? [kept, mask.ne(Scalars.Of(0))] : [kept];
    }
}
