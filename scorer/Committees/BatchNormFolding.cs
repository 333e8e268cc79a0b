using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Committees;

/// <summary>Folds batch normalisation into the dense product before it: y = (x·W + b − mean) · s + shift with s = scale / √(variance + ε).</summary>
/// <remarks>ONNX Runtime does the same behind convolutions, but not behind Gemm.</remarks>
internal static class BatchNormFolding
{
    /// <summary>The graph with every such pair made one Gemm.</summary>
    public static ModelGraph Fold(ModelGraph graph)
    {
        var builder = new GraphBuilder(graph.Model);
        var nodes = builder.Model.Graph.Node;
        foreach (var norm in graph.Nodes.Where(n => n.OpType == "BatchNormalization" && n.Input.Skip(1).All(graph.IsConstant)))
        {
            var value = norm.Input[0];
            if (graph.Producer(value) is not { } dense || graph.Consumers(value).Count != 1 || graph.IsOutput(value) || DenseProduct.Of(dense, graph) is not { } product)
            {
                continue;
            }
            var (weights, bias) = Folded(product, norm, graph);
            var at = nodes.IndexOf(norm);
            nodes[at] = new NodeProto
            {
                OpType = "Gemm",
                Name = norm.Output[0],
                Input = { dense.Input[0], builder.Constant("folded_weights", weights, product.Inputs, product.Outputs), builder.Constant("folded_bias", bias, product.Outputs) },
                Output = { norm.Output[0] },
            };
            nodes.Remove(dense);
        }
        var shapes = new Dictionary<string, long[]>(graph.Shapes);
        foreach (var tensor in builder.Model.Graph.Initializer)
        {
            shapes[tensor.Name] = [.. tensor.Dims];
        }
        return new ModelGraph(builder.Model, shapes);
    }

    /// <summary>Batch normalisation with constant statistics as y = scale · x + shift, [unit].</summary>
    public static (double[] Scale, double[] Shift) Affine(NodeProto norm, IReadOnlyDictionary<string, TensorProto> constants)
    {
        double[] Values(int input) => Array.ConvertAll(Tensors.ToFloats(constants[norm.Input[input]]), v => (double)v);
        var (gamma, beta, mean, variance) = (Values(1), Values(2), Values(3), Values(4));
        var epsilon = norm.FloatOr("epsilon", 1e-5f);
        var scale = gamma.Select((g, unit) => g / Math.Sqrt(variance[unit] + epsilon)).ToArray();
        return (scale, [.. scale.Select((s, unit) => beta[unit] - mean[unit] * s)]);
    }

    private static (float[] Weights, float[] Bias) Folded(DenseProduct product, NodeProto norm, ModelGraph graph)
    {
        var (scale, shift) = Affine(norm, graph.Constants);
        var weights = product.Weights.Select((w, i) => (float)(w * scale[i % product.Outputs])).ToArray();
        var bias = scale.Select((s, o) => (float)((product.Bias?[o] ?? 0) * s + shift[o])).ToArray();
        return (weights, bias);
    }
}
