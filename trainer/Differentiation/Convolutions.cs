using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>The gradients of a convolution are convolutions.</summary>
internal static class Convolutions
{
    public static string?[] Conv(GradientContext c, NodeProto node, string dy)
    {
        var (x, weight, bias) = (node.Input[0], node.Input[1], node.InputAt(2));
        var window = Window.Of(c, node, c.Shape(weight)[2..]);
        var group = node.IntOr("group", 1);
        return [
            c.Learns(x) ? InputGradient(c, weight, dy, window, group) : null,
            c.Learns(weight) ? WeightGradient(c, x, weight, dy, window, group) : null,
            c.Learns(bias) ? c.Graph.Sum(dy, [0, .. Spatial(window)], keep: false) : null];
    }

    /// <summary>Each output spreads back over the elements that it read.</summary>
    public static string InputGradient(GradientContext c, string weight, string dy, Window window, long group) =>
        c.Graph.Op("ConvTranspose", [dy, weight], [.. window.Back(), Attributes.Int("group", group)]);

    /// <summary>
    /// dW[m, c, k] = Σ over batch and outputs o of dY[n, m, o] · X[n, c, o · stride + k · dilation − pad]: a convolution of X by dY in
    /// which batch and channel change places, and so do stride and dilation.
    /// </summary>
    private static string WeightGradient(GradientContext c, string x, string weight, string dy, Window window, long group)
    {
        var (g, dims) = (c.Graph, c.Shape(weight));
        long[] spatial = Spatial(window);
        var image = group == 1
            ? g.Transpose(x, [1, 0, .. spatial])
            : ByGroup(g, x, window, group, dims[1]);
        var slope = g.Op(
            "Conv",
            [image, g.Transpose(dy, [1, 0, .. spatial])],
            Attributes.Ints("strides", window.Dilations),
            Attributes.Ints("dilations", window.Strides),
            Attributes.Ints("pads", [.. window.Begin, .. window.End]),
            Attributes.Int("group", group));
        // Rows that no window reached make the result larger than the kernel.
        var zeros = new long[window.Rank];
        var cut = g.Op("Slice", [slope, g.Ints(zeros), g.Ints(window.Kernel), g.Ints(spatial)]);
        return g.Transpose(cut, [1, 0, .. spatial]);
    }

    /// <summary>[batch, group · c, ...] → [c, group · batch, ...].</summary>
    private static string ByGroup(GraphBuilder g, string x, Window window, long group, long channels)
    {
        var split = g.Reshape(x, [-1, group, channels, .. window.Input]);
        var turned = g.Transpose(split, [2, 1, 0, .. Spatial(window).Select(a => a + 1)]);
        return g.Reshape(turned, [channels, -1, .. window.Input]);
    }

    private static long[] Spatial(Window window) => [.. Enumerable.Range(2, window.Rank).Select(i => (long)i)];
}
