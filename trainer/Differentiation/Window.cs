using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>How a convolution or pooling slides over its input; one number per spatial axis.</summary>
internal sealed record Window(long[] Input, long[] Output, long[] Kernel, long[] Strides, long[] Dilations, long[] Begin, long[] End)
{
    /// <summary>Reads the node's attributes, automatic padding included.</summary>
    public static Window Of(GradientContext c, NodeProto node, long[] kernel)
    {
        var (input, output) = (c.Shape(node.Input[0])[2..], c.Shape(node.Output[0])[2..]);
        if (input.Any(d => d < 0))
        {
            throw GradientContext.Unsupported(node, "an image size that grows with the batch");
        }
        var ones = Enumerable.Repeat(1L, kernel.Length).ToArray();
        var (strides, dilations) = (node.IntsOr("strides", ones), node.IntsOr("dilations", ones));
        var pads = node.IntsOr("pads", new long[2 * kernel.Length]);
        var window = new Window(input, output, kernel, strides, dilations, pads[..kernel.Length], pads[kernel.Length..]);
        return node.TextOr("auto_pad", "NOTSET") switch
        {
            "SAME_UPPER" => window.Same(roundUp: false),
            "SAME_LOWER" => window.Same(roundUp: true),
            _ => window,
        };
    }

    public int Rank => Kernel.Length;

    /// <summary>The number of elements that one output reads in one channel.</summary>
    public long Size => Kernel.Aggregate(1L, (a, b) => a * b);

    /// <summary>From first to last element that one output reads: dilation · (kernel − 1) + 1.</summary>
    public long Extent(int axis) => Dilations[axis] * (Kernel[axis] - 1) + 1;

    /// <summary>Whether no input element is read by two outputs.</summary>
    public bool IsDisjoint => Enumerable.Range(0, Rank).All(i => Strides[i] >= Extent(i));

    /// <summary>Whether every input element is read by exactly one output.</summary>
    public bool Tiles => Enumerable.Range(0, Rank).All(i =>
        Dilations[i] == 1 && Strides[i] == Kernel[i] && Begin[i] == 0 && End[i] == 0 && Output[i] * Kernel[i] == Input[i]);

    /// <summary>ConvTranspose attributes that lead from the output's size back to the input's.</summary>
    public AttributeProto[] Back()
    {
        var end = (long[])End.Clone();
        var extra = new long[Rank];
        for (var i = 0; i < Rank; i++)
        {
            // Input elements after the last window; fewer than none where the last window hangs over the edge.
            extra[i] = Input[i] + Begin[i] + end[i] - ((Output[i] - 1) * Strides[i]) - Extent(i);
            if (extra[i] < 0)
            {
                (end[i], extra[i]) = (end[i] - extra[i], 0);
            }
        }
        return [
            Attributes.Ints("strides", Strides),
            Attributes.Ints("dilations", Dilations),
            Attributes.Ints("pads", [.. Begin, .. end]),
            Attributes.Ints("output_padding", extra)];
    }

    private Window Same(bool roundUp)
    {
        var total = Enumerable.Range(0, Rank).Select(i => Math.Max(0, (Output[i] - 1) * Strides[i] + Extent(i) - Input[i])).ToArray();
        var begin = total.Select(t => (t + (roundUp ? 1 : 0)) / 2).ToArray();
        return this with { Begin = begin, End = [.. total.Zip(begin, (t, b) => t - b)] };
    }
}
