using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Images in another size, axis by axis: each place is a weighted sum of a few places of the original.</summary>
internal static class Resizing
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["Resize"] = Of(Resize),
        ["GridSample"] = Binary(GridSample),
    };

    private static Tensor Resize(Node node, Tensor?[] inputs)
    {
        var x = inputs[0]!;
        if (node.Flag("antialias") || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch")
        {
            throw node.Refusal("smooths or keeps the aspect ratio, expected neither: resize before the model");
        }
        var axes = node.Ints("axes") ?? [.. Enumerable.Range(0, (int)x.ndim).Select(i => (long)i)];
        var scales = inputs.ElementAtOrDefault(2) is { } given && given.numel() > 0 ? TensorConversion.ToArray<float>(given.to_type(torch.ScalarType.Float32)) : null;
        var sizes = inputs.ElementAtOrDefault(3) is { } wanted ? Node.Ints(wanted) : null;
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = axes[i] < 0 ? axes[i] + x.ndim : axes[i];
            var width = x.shape[axis];
            var scale = scales?[i] ?? ((float)sizes![i] / width);
            var size = sizes?[i] ?? (long)Math.Floor(width * scale);
            if (size != width || scale != 1)
            {
                x = Along(node, x, axis, size, scale);
            }
        }
        return x;
    }

    private static Tensor GridSample(Node node, Tensor x, Tensor grid)
    {
        var mode = node.Text("mode", "linear") switch
        {
            "linear" => torch.GridSampleMode.Bilinear,
            "nearest" => torch.GridSampleMode.Nearest,
            var other => throw node.Refusal($"samples by '{other}', expected linear or nearest"),
        };
        var padding = node.Text("padding_mode", "zeros") switch
        {
            "zeros" => torch.GridSamplePaddingMode.Zeros,
            "border" => torch.GridSamplePaddingMode.Border,
            _ => torch.GridSamplePaddingMode.Reflection,
        };
        return torch.nn.functional.grid_sample(x, grid, mode, padding, node.Flag("align_corners"));
    }

    private static Tensor Along(Node node, Tensor x, long axis, long size, float scale)
    {
        var (width, mode) = (x.shape[axis], node.Text("mode", "nearest"));
        var from = Enumerable.Range(0, (int)size).Select(i => Original(node, i, scale, size, width)).ToArray();
        if (mode == "nearest")
        {
            return Pick(x, axis, [.. from.Select(p => Math.Clamp(Nearest(node, p), 0, width - 1))]);
        }
        var taps = mode switch
        {
            "linear" => 2,
            "cubic" => 4,
            _ => throw node.Refusal($"resizes by '{mode}', expected nearest, linear or cubic"),
        };
        var weights = from.Select(p => Weights(node, p, taps, width)).ToArray();
        long[] along = [.. Enumerable.Range(0, (int)x.ndim).Select(i => i == axis ? size : 1)];
        return Enumerable.Range(0, taps).Select(tap =>
        {
            long[] places = [.. from.Select(p => Math.Clamp((long)Math.Floor(p) + tap - (taps / 2) + 1, 0, width - 1))];
            var weight = TensorConversion.ToTensor([.. weights.Select(w => w[tap])], along).to(x.dtype, x.device);
            return Pick(x, axis, places).mul(weight);
        }).Aggregate((a, b) => a.Plus(b));
    }

    private static Tensor Pick(Tensor x, long axis, long[] places) =>
        x.index_select(axis, TensorConversion.ToTensor(places, places.Length).to(x.device));

    /// <summary>Where in the original a place lies, by the formulas of ONNX's Resize.</summary>
    private static double Original(Node node, int place, float scale, long size, long width) => node.Text("coordinate_transformation_mode", "half_pixel") switch
    {
        "half_pixel" => ((place + 0.5) / scale) - 0.5,
        "pytorch_half_pixel" => size > 1 ? ((place + 0.5) / scale) - 0.5 : 0,
        "half_pixel_symmetric" => (width / 2.0 * (1 - (size / (width * (double)scale)))) + ((place + 0.5) / scale) - 0.5,
        "align_corners" => size == 1 ? 0 : place * (width - 1.0) / (size - 1),
        "asymmetric" => place / scale,
        var other => throw node.Refusal($"places pixels by '{other}', expected half_pixel, pytorch_half_pixel, half_pixel_symmetric, align_corners or asymmetric"),
    };

    private static long Nearest(Node node, double place) => (long)(node.Text("nearest_mode", "round_prefer_floor") switch
    {
        "round_prefer_floor" => Math.Ceiling(place - 0.5),
        "round_prefer_ceil" => Math.Floor(place + 0.5),
        "floor" => Math.Floor(place),
        _ => Math.Ceiling(place),
    });

    /// <summary>Of the places around: linear, or Keys 1981, equation 15.</summary>
    private static float[] Weights(Node node, double place, int taps, long width)
    {
        var (low, a) = (Math.Floor(place), (double)node.Float("cubic_coeff_a", -0.75f));
        var weights = Enumerable.Range(1 - (taps / 2), taps).Select(offset =>
        {
            var apart = Math.Abs(place - low - offset);
            var outside = low + offset < 0 || low + offset > width - 1;
            return taps == 2 ? 1 - apart
                : outside && node.Flag("exclude_outside") ? 0
                : apart <= 1 ? ((((a + 2) * apart) - (a + 3)) * apart * apart) + 1
                : (((((apart - 5) * apart) + 8) * apart) - 4) * a;
        }).ToArray();
        var sum = weights.Sum();
        return [.. weights.Select(w => (float)(w / sum))];
    }
}
