using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Models;

/// <summary>A transposed convolution of all channels (group 1) with constant weights, [input channel, output channel, kernel].</summary>
/// <param name="Kernel">The kernel's sizes.</param>
internal sealed record TransposedConvolution(int Inputs, int Outputs, IReadOnlyList<long> Kernel, float[] Weights, float[]? Bias, double UnitOperations)
    : Product(Inputs, Outputs, Weights, Bias, UnitOperations)
{
    /// <summary>The node as such a product, or null when it is none.</summary>
    public static new TransposedConvolution? Of(NodeProto node, ModelGraph graph)
    {
        var bias = node.InputAt(2);
        if (node.OpType != "ConvTranspose" || node.IntOr("group", 1) != 1 || !graph.IsConstant(node.Input[1]) || (bias is not null && !graph.IsConstant(bias)))
        {
            return null;
        }
        var tensor = graph.Constants[node.Input[1]];
        var (inputs, outputs) = ((int)tensor.Dims[0], (int)tensor.Dims[1]);
        var operations = OperationCount.Of(node, graph) / inputs / outputs;
        return new TransposedConvolution(inputs, outputs, [.. tensor.Dims.Skip(2)], Tensors.ToFloats(tensor), bias is null ? null : Tensors.ToFloats(graph.Constants[bias]), operations);
    }

    /// <inheritdoc/>
    public override string Write(GraphBuilder builder, NodeProto node, string input, bool transposed, int[]? read, float[]? factors, int[]? written)
    {
        read ??= [.. Enumerable.Range(0, Inputs)];
        written ??= [.. Enumerable.Range(0, Outputs)];
        var kernel = UnitWeights;
        var weights = new List<float>(read.Length * written.Length * kernel);
        foreach (var i in read)
        {
            foreach (var o in written)
            {
                foreach (var weight in Weights.AsSpan((i * Outputs + o) * kernel, kernel))
                {
                    weights.Add(weight * (factors?[i] ?? 1));
                }
            }
        }
        List<string> inputs = [input, builder.Constant("kernel", [.. weights], [read.Length, written.Length, .. Kernel])];
        if (CutBias(written) is { } bias)
        {
            inputs.Add(builder.Constant("bias", bias, bias.Length));
        }
        return builder.Op("ConvTranspose", [.. inputs], [.. node.Attribute]);
    }
}
