using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Gradients of sums, means and maxima over axes.</summary>
internal static class Reductions
{
    public static string?[] Sum(GradientContext c, NodeProto node, string dy) => [Spread(c, node, dy)];

    public static string?[] Mean(GradientContext c, NodeProto node, string dy)
    {
        var input = c.Shape(node.Input[0]);
        var reduced = Axes(c, node).Select(a => input[a]).ToArray();
        // The number of summands is known beforehand unless the batch is among the axes.
        var scaled = reduced.All(d => d > 0)
            ? c.Graph.Scale(dy, 1.0 / reduced.Aggregate(1L, (a, b) => a * b))
            : c.Graph.Div(c.Graph.Mul(dy, Size(c, node.Output[0])), Size(c, node.Input[0]));
        return [Spread(c, node, scaled)];
    }

    /// <summary>The gradient goes to the elements that attain the extremum, in equal parts where several do.</summary>
    public static string?[] Extremum(GradientContext c, NodeProto node, string dy)
    {
        var (x, g) = (node.Input[0], c.Graph);
        var hits = g.AsFloat(g.Op("Equal", [x, Kept(c, node, node.Output[0])]));
        return [g.Mul(hits, g.Div(Kept(c, node, dy), g.Sum(hits, Axes(c, node), keep: true)))];
    }

    /// <summary>[...] · 1/HW spread over the pooled axes: everything after the channel.</summary>
    public static string?[] GlobalAverage(GradientContext c, NodeProto node, string dy)
    {
        var pooled = c.Shape(node.Input[0])[2..].Aggregate(1L, (a, b) => a * b);
        return [c.ExpandLike(c.Graph.Scale(dy, 1.0 / pooled), node.Input[0])];
    }

    private static string Spread(GradientContext c, NodeProto node, string dy) => c.ExpandLike(Kept(c, node, dy), node.Input[0]);

    /// <summary>A reduced value with its reduced axes put back as 1.</summary>
    private static string Kept(GradientContext c, NodeProto node, string reduced) =>
        node.IntOr("keepdims", 1) != 0 || Axes(c, node).Length == 0 ? reduced : c.Graph.Unsqueeze(reduced, Axes(c, node));

    private static long[] Axes(GradientContext c, NodeProto node)
    {
        var rank = c.Shape(node.Input[0]).Length;
        var axes = c.Axes(node, rank);
        return axes is { Length: > 0 } ? axes
            : node.IntOr("noop_with_empty_axes", 0) != 0 ? []
            : [.. Enumerable.Range(0, rank).Select(i => (long)i)];
    }

    private static string Size(GradientContext c, string value) =>
        c.Graph.Op("Cast", [c.Graph.Op("Size", [value])], Attributes.Int("to", (long)TensorProto.Types.DataType.Float));
}
