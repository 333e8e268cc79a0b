using ParquetPool.Graphs;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>The few nodes that losses and gradients are mostly made of.</summary>
internal static class GraphArithmetic
{
    public static string Add(this GraphBuilder graph, string a, string b) => graph.Op("Add", [a, b]);

    public static string Sub(this GraphBuilder graph, string a, string b) => graph.Op("Sub", [a, b]);

    public static string Mul(this GraphBuilder graph, string a, string b) => graph.Op("Mul", [a, b]);

    public static string Div(this GraphBuilder graph, string a, string b) => graph.Op("Div", [a, b]);

    public static string Neg(this GraphBuilder graph, string a) => graph.Op("Neg", [a]);

    public static string Scale(this GraphBuilder graph, string a, double factor) => factor == 1 ? a : graph.Mul(a, graph.Scalar((float)factor));

    public static string Where(this GraphBuilder graph, string condition, string a, string b) => graph.Op("Where", [condition, a, b]);

    /// <summary>Sums over <paramref name="axes"/>; no axes means no sum.</summary>
    public static string Sum(this GraphBuilder graph, string a, ReadOnlySpan<long> axes, bool keep) =>
        axes.IsEmpty ? a : graph.Op("ReduceSum", [a, graph.Ints(axes)], Attributes.Int("keepdims", keep ? 1 : 0));

    public static string SumAll(this GraphBuilder graph, string a) => graph.Op("ReduceSum", [a], Attributes.Int("keepdims", 0));

    /// <summary>[batch, channel, ...] → [channel]; images first, which ONNX Runtime does faster than all axes at once.</summary>
    public static string SumPerChannel(this GraphBuilder graph, string a, int rank) =>
        graph.Sum(graph.Sum(a, [.. Enumerable.Range(2, rank - 2).Select(i => (long)i)], keep: false), [0], keep: false);

    /// <summary>The mean over <paramref name="axes"/>, which became an input of the node with operator set 18.</summary>
    public static string Mean(this GraphBuilder graph, string a, ReadOnlySpan<long> axes, bool keep)
    {
        var keepDims = Attributes.Int("keepdims", keep ? 1 : 0);
        return ModelFile.Opset(graph.Model) >= 18
            ? graph.Op("ReduceMean", [a, graph.Ints(axes)], keepDims)
            : graph.Op("ReduceMean", [a], Attributes.Ints("axes", axes), keepDims);
    }

    /// <summary>[batch, channel, ...] → [1, channel, 1, ...].</summary>
    public static string MeanPerChannel(this GraphBuilder graph, string a, int rank)
    {
        var rows = rank == 2 ? a : graph.Mean(a, [.. Enumerable.Range(2, rank - 2).Select(i => (long)i)], keep: true);
        return graph.Mean(rows, [0], keep: true);
    }

    public static string Transpose(this GraphBuilder graph, string a, params ReadOnlySpan<long> permutation) =>
        graph.Op("Transpose", [a], Attributes.Ints("perm", permutation));

    public static string Reshape(this GraphBuilder graph, string a, params ReadOnlySpan<long> dims) => graph.Op("Reshape", [a, graph.Ints(dims)]);

    public static string Unsqueeze(this GraphBuilder graph, string a, params ReadOnlySpan<long> axes) => graph.Op("Unsqueeze", [a, graph.Ints(axes)]);

    public static string Squeeze(this GraphBuilder graph, string a, params ReadOnlySpan<long> axes) => graph.Op("Squeeze", [a, graph.Ints(axes)]);

    public static string Shape(this GraphBuilder graph, string a) => graph.Op("Shape", [a]);

    /// <summary>Zeros in the shape of <paramref name="a"/>.</summary>
    public static string ZerosLike(this GraphBuilder graph, string a) => graph.Op("ConstantOfShape", [graph.Shape(a)]);

    /// <summary>1 where <paramref name="condition"/> holds, else 0.</summary>
    public static string AsFloat(this GraphBuilder graph, string condition) =>
        graph.Op("Cast", [condition], Attributes.Int("to", (long)Graphs.Onnx.TensorProto.Types.DataType.Float));
}
