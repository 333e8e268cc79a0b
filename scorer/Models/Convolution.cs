using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Models;

/// <summary>A convolution of all channels (group 1) with constant weights, [output channel, input channel, kernel].</summary>
/// <param name="Kernel">The kernel's sizes.</param>
internal sealed record Convolution(int Inputs, int Outputs, IReadOnlyList<long> Kernel, float[] Weights, float[]? Bias, double UnitOperations)
    : Product(Inputs, Outputs, Weights, Bias, UnitOperations)
{
    /// <summary>The node as such a product, or null when it is none.</summary>
    public static new Convolution? Of(NodeProto node, ModelGraph graph)
    {
        var bias = node.InputAt(2);
        if (node.OpType != "Conv" || node.IntOr("group", 1) != 1 || !graph.IsConstant(node.Input[1]) || (bias is not null && !graph.IsConstant(bias)))
        {
            return null;
        }
        var tensor = graph.Constants[node.Input[1]];
        var (outputs, inputs) = ((int)tensor.Dims[0], (int)tensor.Dims[1]);
        var operations = OperationCount.Of(node, graph) / inputs / outputs;
        return new Convolution(inputs, outputs, [.. tensor.Dims.Skip(2)], Tensors.ToFloats(tensor), bias is null ? null : Tensors.ToFloats(graph.Constants[bias]), operations);
    }

    /// <inheritdoc/>
    public override string Write(GraphBuilder builder, NodeProto node, string input, bool transposed, int[]? read, float[]? factors, int[]? written)
    {
        read ??= [.. Enumerable.Range(0, Inputs)];
        written ??= [.. Enumerable.Range(0, Outputs)];
        var kernel = UnitWeights;
        var weights = new float[written.Length * read.Length * kernel];
        var at = 0;
        foreach (var o in written)
        {
            foreach (var i in read)
            {
                for (var k = 0; k < kernel; k++)
                {
                    weights[at++] = Weights[((o * Inputs) + i) * kernel + k] * (factors?[i] ?? 1);
                }
            }
        }
        List<string> inputs = [input, builder.Constant("kernel", weights, [written.Length, read.Length, .. Kernel])];
        if (CutBias(written) is { } bias)
        {
            inputs.Add(builder.Constant("bias", bias, bias.Length));
        }
        return builder.Op("Conv", [.. inputs], [.. node.Attribute]);
    }
}
