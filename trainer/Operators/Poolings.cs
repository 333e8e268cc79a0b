using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>What is left of each window of an image.</summary>
internal static class Poolings
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["MaxPool"] = Max,
        ["AveragePool"] = Unary(Average),
        ["LpPool"] = Unary(Lp),
        ["GlobalAveragePool"] = Unary(x => x.mean(Spatial(x), keepdim: true)),
        ["GlobalMaxPool"] = Unary(x => x.amax(Spatial(x), keepdim: true)),
        ["GlobalLpPool"] = Unary((node, x) => Root(x.abs().pow(Scalars.Of(node.Int("p", 2))).sum(Spatial(x), keepdim: true), node)),
    };

    private static long[] Spatial(Tensor x) => [.. Enumerable.Range(2, (int)x.ndim - 2).Select(i => (long)i)];

    private static Tensor?[] Max(Node node, Tensor?[] inputs)
    {
        var x = inputs[0]!;
        var window = Window.Of(node, null, x);
        var ceil = node.Flag("ceil_mode");
        // Padding by hand: libtorch pads evenly, and by half a window at most.
        if (!window.IsEven || window.Before.Zip(window.Kernel).Any(p => p.First > p.Second / 2))
        {
            if (node.Makes(1))
            {
                throw node.Refusal("gives places and pads unevenly, expected one of both");
            }
            (x, window) = (F.pad(x, window.Padding, PaddingModes.Constant, double.NegativeInfinity), window.Unpadded);
        }
        var (k, s, p, d) = (window.Kernel, window.Strides, window.Before, window.Dilations);
        if (!node.Makes(1))
        {
            return [k.Length switch
            {
                1 => F.max_pool1d(x, k[0], s[0], p[0], d[0], ceil),
                2 => F.max_pool2d(x, k, s, p, d, ceil),
                3 => F.max_pool3d(x, k, s, p, d, ceil),
                var rank => throw node.Refusal($"moves along {rank} axes, expected 1 to 3"),
            }];
        }
        var (values, places) = k.Length switch
        {
            1 => F.max_pool1d_with_indices(x, k[0], s[0], p[0], d[0], ceil),
            2 => F.max_pool2d_with_indices(x, k, s, p, d, ceil),
            3 => F.max_pool3d_with_indices(x, k, s, p, d, ceil),
            var rank => throw node.Refusal($"moves along {rank} axes, expected 1 to 3"),
        };
        return [values, InWhole(node, places, x)];
    }

    /// <summary>Places in a channel as places in the whole tensor.</summary>
    private static Tensor InWhole(Node node, Tensor places, Tensor x)
    {
        if (node.Flag("storage_order"))
        {
            throw node.Refusal("gives places column by column, expected storage_order 0");
        }
        var area = x.shape[2..].Aggregate(1L, (a, b) => a * b);
        var channels = TensorArithmetic.UpTo(x.shape[0] * x.shape[1], x.device).mul(Scalars.Of(area));
        return places.Plus(channels.reshape([x.shape[0], x.shape[1], .. Window.Repeat(1, (int)x.ndim - 2)]));
    }

    private static Tensor Average(Node node, Tensor x)
    {
        var window = Window.Of(node, null, x);
        var (k, s, p) = (window.Kernel, window.Strides, window.Before);
        var (ceil, counted) = (node.Flag("ceil_mode"), node.Flag("count_include_pad"));
        if (window.IsEven && k.Length <= 3 && window.Dilations.All(d => d == 1) && p.Zip(k).All(o => o.First <= o.Second / 2))
        {
            return k.Length switch
            {
                1 => F.avg_pool1d(x, k[0], s[0], p[0], ceil, counted),
                2 => F.avg_pool2d(x, k, s, p, ceil, counted),
                _ => F.avg_pool3d(x, k, s, p, ceil, counted),
            };
        }
        // The sum of each window by the number of its places that count; padding does where the node says so, hanging over never does.
        var ones = torch.ones([1, 1, .. x.shape[2..]], x.dtype, x.device);
        var count = Sums(node, counted ? F.pad(ones, window.Padding, PaddingModes.Constant, 1) : ones, counted ? window.Unpadded : window, ceil);
        return Sums(node, x, window, ceil).div(count);
    }

    private static Tensor Lp(Node node, Tensor x) =>
        Root(Sums(node, x.abs().pow(Scalars.Of(node.Int("p", 2))), Window.Of(node, null, x), node.Flag("ceil_mode")), node);

    private static Tensor Root(Tensor sum, Node node) => node.Int("p", 2) == 2 ? sum.sqrt() : sum.pow(Scalars.Of(1.0 / node.Int("p", 2)));

    /// <summary>The sum of each window: a convolution of single channels by ones.</summary>
    private static Tensor Sums(Node node, Tensor x, Window window, bool ceil)
    {
        var padding = window.Padding;
        for (var i = 0; i < window.Kernel.Length && ceil; i++)
        {
            var over = x.shape[i + 2] + window.Before[i] + window.After[i] - (((window.Kernel[i] - 1) * window.Dilations[i]) + 1);
            // A window that hangs over reads zeros; one that would begin in the padding at the end is none.
            var last = (over + window.Strides[i] - 1) / window.Strides[i];
            last -= last * window.Strides[i] >= x.shape[i + 2] + window.Before[i] ? 1 : 0;
            padding[^((2 * i) + 1)] += Math.Max(0, (last * window.Strides[i]) - over);
        }
        var (rows, channels) = (x.shape[0], x.shape[1]);
        var single = F.pad(x, padding).reshape([rows * channels, 1, .. x.shape[2..].Select((d, i) => d + padding[^((2 * i) + 1)] + padding[^((2 * i) + 2)])]);
        var ones = torch.ones([1, 1, .. window.Kernel], x.dtype, x.device);
        var sums = window.Kernel.Length switch
        {
            1 => F.conv1d(single, ones, stride: window.Strides[0], dilation: window.Dilations[0]),
            2 => F.conv2d(single, ones, strides: window.Strides, dilation: window.Dilations),
            3 => F.conv3d(single, ones, strides: window.Strides, dilation: window.Dilations),
            var rank => throw node.Refusal($"moves along {rank} axes, expected 1 to 3"),
        };
        return sums.reshape([rows, channels, .. sums.shape[2..]]);
    }
}
