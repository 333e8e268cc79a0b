using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Models;

/// <summary>Folds batch normalisation, y = x · factor + shift with factor = scale / √(variance + ε), into the dense product before or behind it.</summary>
/// <remarks>ONNX Runtime does so behind convolutions, but not behind Gemm, and not into a product behind.</remarks>
internal static class BatchNormFolding
{
    /// <summary>The graph with every such pair made one Gemm.</summary>
    public static ModelGraph Fold(ModelGraph graph)
    {
        while (graph.Nodes.Select(n => Folded(n, graph)).FirstOrDefault(g => g is not null) is { } folded)
        {
            graph = folded;
        }
        return graph;
    }

    private static ModelGraph? Folded(NodeProto norm, ModelGraph graph)
    {
        if (norm.OpType != "BatchNormalization" || !norm.Input.Skip(1).All(graph.IsConstant))
        {
            return null;
        }
        if (graph.Producer(norm.Input[0]) is { } before && IsReadOnce(norm.Input[0], graph) && DenseProduct.Of(before, graph) is { } product)
        {
            var (factors, shifts) = Affine(norm, graph.Constants);
            var weights = product.Weights.Select((w, i) => (float)(w * factors[i % product.Outputs]));
            var bias = shifts.Select((s, o) => (float)((product.Bias?[o] ?? 0) * factors[o] + s));
            return Replace(before, norm, product with { Weights = [.. weights], Bias = [.. bias] }, graph);
        }
        if (IsReadOnce(norm.Output[0], graph) && graph.Consumers(norm.Output[0])[0] is var behind && behind.Input[0] == norm.Output[0] && DenseProduct.Of(behind, graph) is { } next)
        {
            var (factors, shifts) = Affine(norm, graph.Constants);
            var weights = next.Weights.Select((w, i) => (float)(w * factors[i / next.Outputs]));
            var bias = Enumerable.Range(0, next.Outputs).Select(o => (float)((next.Bias?[o] ?? 0) + shifts.Select((s, i) => s * next.Weights[i * next.Outputs + o]).Sum()));
            return Replace(norm, behind, next with { Weights = [.. weights], Bias = [.. bias] }, graph);
        }
        return null;
    }

    private static bool IsReadOnce(string value, ModelGraph graph) => graph.Consumers(value).Count == 1 && !graph.IsOutput(value);

    /// <summary>Batch normalisation with constant statistics as y = factor · x + shift, [unit].</summary>
    public static (double[] Factors, double[] Shifts) Affine(NodeProto norm, IReadOnlyDictionary<string, TensorProto> constants)
    {
        double[] Values(int input) => Array.ConvertAll(Tensors.ToFloats(constants[norm.Input[input]]), v => (double)v);
        var (scale, shift, mean, variance) = (Values(1), Values(2), Values(3), Values(4));
        var epsilon = norm.FloatOr("epsilon", 1e-5f);
        double[] factors = [.. scale.Select((s, o) => s / Math.Sqrt(variance[o] + epsilon))];
        return (factors, [.. factors.Select((f, o) => shift[o] - mean[o] * f)]);
    }

    /// <summary>The graph with two neighbours made one product.</summary>
    private static ModelGraph Replace(NodeProto first, NodeProto second, DenseProduct product, ModelGraph graph)
    {
        var builder = new GraphBuilder(graph.Model);
        var nodes = builder.Model.Graph.Node;
        var at = graph.Model.Graph.Node.IndexOf(second);
        string[] constants = [builder.Constant("folded_weights", product.Weights, product.Inputs, product.Outputs), builder.Constant("folded_bias", product.Bias, product.Outputs)];
        nodes[at] = new NodeProto { OpType = "Gemm", Name = second.Output[0], Input = { first.Input[0], constants }, Output = { second.Output[0] } };
        nodes.RemoveAt(graph.Model.Graph.Node.IndexOf(first));
        var shapes = new Dictionary<string, long[]>(graph.Shapes)
        {
            [constants[0]] = [product.Inputs, product.Outputs],
            [constants[1]] = [product.Outputs],
        };
        return new ModelGraph(builder.Model, shapes);
    }
}
