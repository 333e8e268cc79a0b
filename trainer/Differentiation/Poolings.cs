using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Gradients of pooling over windows.</summary>
internal static class Poolings
{
    /// <summary>The gradient goes to the element that was the window's (first) maximum.</summary>
    public static string?[] Max(GradientContext c, NodeProto node, string dy)
    {
        var (g, x) = (c.Graph, node.Input[0]);
        var kernel = node.IntsOr("kernel_shape");
        var window = Window.Of(c, node, kernel);
        var indices = c.FurtherOutput(node, 1);
        if (window.IsDisjoint)
        {
            return [g.Op(
                "MaxUnpool",
                [dy, indices, g.Shape(x)],
                Attributes.Ints("kernel_shape", kernel),
                Attributes.Ints("strides", window.Strides))];
        }
        var flat = g.Op(
            "ScatterElements",
            [g.Reshape(g.ZerosLike(x), -1), g.Reshape(indices, -1), g.Reshape(dy, -1)],
            Attributes.Int("axis", 0),
            Attributes.Text("reduction", "add"));
        return [c.ReshapeLike(flat, x)];
    }

    /// <summary>Each output spreads evenly over the elements that it averaged.</summary>
    public static string?[] Average(GradientContext c, NodeProto node, string dy)
    {
        var kernel = node.IntsOr("kernel_shape");
        var window = Window.Of(c, node, kernel);
        var channels = c.Shape(node.Input[0])[1];
        var counts = Counts(window, node.IntOr("count_include_pad", 0) != 0);
        var share = c.Graph.Mul(dy, c.Graph.Constant("pool_shares", [.. counts.Select(n => 1f / n)], [1, 1, .. window.Output]));
        var size = kernel.Aggregate(1L, (a, b) => a * b);
        var ones = c.Graph.Constant("pool_ones", Enumerable.Repeat(1f, (int)(channels * size)).ToArray(), [channels, 1, .. kernel]);
        return [Convolutions.InputGradient(c, ones, share, window, channels)];
    }

    /// <summary>The number of elements in the mean of each output position, row-major.</summary>
    private static IEnumerable<long> Counts(Window window, bool countPads)
    {
        IEnumerable<long> counts = [1];
        for (var axis = 0; axis < window.Rank; axis++)
        {
            var i = axis;
            var along = Enumerable.Range(0, (int)window.Output[i]).Select(o => Enumerable.Range(0, (int)window.Kernel[i])
                .Select(k => (o * window.Strides[i]) + (k * window.Dilations[i]) - window.Begin[i])
                .LongCount(at => countPads ? at < window.Input[i] + window.End[i] : at >= 0 && at < window.Input[i])).ToArray();
            counts = counts.SelectMany(n => along.Select(m => n * m));
        }
        return counts;
    }
}
