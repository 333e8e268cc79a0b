using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>How the window of a convolution or pool moves over an image.</summary>
/// <param name="Kernel">Per spatial axis, as all others.</param>
/// <param name="Before">Padding where the axis begins.</param>
/// <param name="After">Padding where it ends.</param>
internal sealed record Window(long[] Kernel, long[] Strides, long[] Dilations, long[] Before, long[] After)
{
    /// <summary>As the attributes of <paramref name="node"/> have it.</summary>
    /// <param name="kernel">The weights' shape, where there are weights.</param>
    /// <param name="image">[batch, channel, ...].</param>
    public static Window Of(Node node, long[]? kernel, Tensor image)
    {
        var size = node.Ints("kernel_shape") ?? kernel ?? throw node.Refusal("has no kernel_shape");
        var rank = size.Length;
        var (strides, dilations) = (node.Ints("strides") ?? Repeat(1, rank), node.Ints("dilations") ?? Repeat(1, rank));
        var pads = node.Ints("pads") ?? Repeat(0, 2 * rank);
        var window = new Window(size, strides, dilations, pads[..rank], pads[rank..]);
        return node.Text("auto_pad", "NOTSET") switch
        {
            "SAME_UPPER" => window.Same(image, upper: true),
            "SAME_LOWER" => window.Same(image, upper: false),
            "VALID" => window with { Before = Repeat(0, rank), After = Repeat(0, rank) },
            _ => window,
        };
    }

    public bool IsEven => Before.SequenceEqual(After);

    /// <summary>The pads in libtorch's order: the last axis first.</summary>
    public long[] Padding => [.. Before.Zip(After).Reverse().SelectMany(p => new[] { p.First, p.Second })];

    public Window Unpadded => this with { Before = Repeat(0, Kernel.Length), After = Repeat(0, Kernel.Length) };

    private Window Same(Tensor image, bool upper)
    {
        var (before, after) = (new long[Kernel.Length], new long[Kernel.Length]);
        for (var i = 0; i < Kernel.Length; i++)
        {
            var (size, extent) = (image.shape[i + 2], ((Kernel[i] - 1) * Dilations[i]) + 1);
            var total = Math.Max(0, ((((size + Strides[i] - 1) / Strides[i]) - 1) * Strides[i]) + extent - size);
            before[i] = upper ? total / 2 : total - (total / 2);
            after[i] = total - before[i];
        }
        return this with { Before = before, After = after };
    }

    internal static long[] Repeat(long value, int count) => [.. Enumerable.Repeat(value, count)];
}
