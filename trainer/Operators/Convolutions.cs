using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Convolutions along one, two or three axes, grouped or not.</summary>
internal static class Convolutions
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["Conv"] = Of(Conv),
        ["ConvTranspose"] = Of(ConvTranspose),
    };

    private static Tensor Conv(Node node, Tensor?[] inputs)
    {
        var (x, weight, bias, groups) = (inputs[0]!, inputs[1]!, inputs.ElementAtOrDefault(2), node.Int("group", 1));
        var window = Window.Of(node, weight.shape[2..], x);
        if (!window.IsEven)
        {
            (x, window) = (F.pad(x, window.Padding), window.Unpadded);
        }
        return window.Kernel.Length switch
        {
            1 => F.conv1d(x, weight, bias, window.Strides[0], window.Before[0], window.Dilations[0], groups),
            2 => F.conv2d(x, weight, bias, window.Strides, window.Before, window.Dilations, groups),
            3 => F.conv3d(x, weight, bias, window.Strides, window.Before, window.Dilations, groups),
            var rank => throw node.Refusal($"moves along {rank} axes, expected 1 to 3"),
        };
    }

    private static Tensor ConvTranspose(Node node, Tensor?[] inputs)
    {
        var (x, weight, bias, groups) = (inputs[0]!, inputs[1]!, inputs.ElementAtOrDefault(2), node.Int("group", 1));
        var rank = (int)x.ndim - 2;
        var (strides, dilations) = (node.Ints("strides") ?? Window.Repeat(1, rank), node.Ints("dilations") ?? Window.Repeat(1, rank));
        var none = Window.Repeat(0, rank);
        var whole = rank switch
        {
            1 => F.conv_transpose1d(x, weight, bias, strides[0], 0, 0, dilations[0], groups),
            2 => F.conv_transpose2d(x, weight, bias, strides, none, none, dilations, groups),
            3 => F.conv_transpose3d(x, weight, bias, strides, none, none, dilations, groups),
            _ => throw node.Refusal($"moves along {rank} axes, expected 1 to 3"),
        };
        return Crop(node, whole, x.shape[2..], strides, bias);
    }

    /// <summary>Of the whole image, what pads, output_padding or output_shape leave; past its end there is the bias alone.</summary>
    private static Tensor Crop(Node node, Tensor whole, long[] sizes, long[] strides, Tensor? bias)
    {
        var rank = sizes.Length;
        var (pads, extra) = (node.Ints("pads") ?? Window.Repeat(0, 2 * rank), node.Ints("output_padding") ?? Window.Repeat(0, rank));
        var (wanted, automatic) = (node.Ints("output_shape"), node.Text("auto_pad", "NOTSET"));
        for (var i = 0; i < rank; i++)
        {
            var total = whole.shape[i + 2] + extra[i];
            var (before, after) = (pads[i], pads[i + rank]);
            if (wanted is not null || automatic is "SAME_UPPER" or "SAME_LOWER")
            {
                var cut = total - (wanted is null ? sizes[i] * strides[i] : wanted[^(rank - i)]);
                before = cut < 0 ? 0 : automatic == "SAME_UPPER" ? cut / 2 : cut - (cut / 2);
                after = cut - before;
            }
            var (axis, end) = (i + 2, total - after);
            var inside = whole.slice(axis, before, Math.Min(end, whole.shape[axis]), 1);
            if (end > whole.shape[axis])
            {
                long[] dims = [.. inside.shape.Select((d, a) => a == axis ? end - whole.shape[axis] : d)];
                var rest = bias is null ? torch.zeros(dims, whole.dtype, whole.device) : bias.reshape([1, -1, .. Window.Repeat(1, rank)]).expand(dims);
                inside = torch.cat([inside, rest], axis);
            }
            whole = inside;
        }
        return whole;
    }
}
