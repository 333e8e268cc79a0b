using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Parts of tensors: joined, cut, padded.</summary>
internal static class Parts
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["Concat"] = Of((node, x) => torch.cat(x!, node.Int("axis", 0))),
        ["Split"] = Split,
        ["Slice"] = Of(Slice),
        ["Pad"] = Of(Pad),
        ["Trilu"] = Of(Trilu),
    };

    private static Tensor?[] Split(Node node, Tensor?[] inputs)
    {
        var (x, axis) = (inputs[0]!, node.Int("axis", 0));
        if (inputs.ElementAtOrDefault(1) is { } sizes)
        {
            return x.split(Node.Ints(sizes), axis);
        }
        var (width, parts) = (x.shape[axis < 0 ? axis + x.ndim : axis], node.Int("num_outputs", node.Outputs.Count));
        var size = (width + parts - 1) / parts;
        return x.split(Enumerable.Range(0, (int)parts).Select(i => Math.Clamp(width - (i * size), 0, size)).ToArray(), axis);
    }

    private static Tensor Slice(Node node, Tensor?[] inputs)
    {
        var (x, starts, ends) = (inputs[0]!, Node.Ints(inputs[1]!), Node.Ints(inputs[2]!));
        var axes = inputs.ElementAtOrDefault(3) is { } given ? Node.Ints(given) : [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = inputs.ElementAtOrDefault(4) is { } stride ? Node.Ints(stride) : [.. starts.Select(_ => 1L)];
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = axes[i] < 0 ? axes[i] + x.ndim : axes[i];
            x = Slice(x, axis, starts[i], ends[i], steps[i]);
        }
        return x;
    }

    private static Tensor Slice(Tensor x, long axis, long start, long end, long step)
    {
        var width = x.shape[axis];
        if (step > 0)
        {
            start = Math.Clamp(start < 0 ? start + width : start, 0, width);
            end = Math.Clamp(end < 0 ? end + width : end, start, width);
            return x.slice(axis, start, end, step);
        }
        // Backwards: forwards in the turned tensor.
        start = Math.Clamp(start < 0 ? start + width : start, -1, width - 1);
        end = Math.Clamp(end < 0 ? end + width : end, -1, start);
        return x.flip(axis).slice(axis, width - 1 - start, width - 1 - end, -step);
    }

    private static Tensor Pad(Node node, Tensor?[] inputs)
    {
        var (x, pads) = (inputs[0]!, Node.Ints(inputs[1]!));
        var axes = inputs.ElementAtOrDefault(3) is { } given ? Node.Ints(given) : [.. Enumerable.Range(0, (int)x.ndim).Select(i => (long)i)];
        var mode = node.Text("mode", "constant");
        for (var i = 0; i < axes.Length; i++)
        {
            x = Pad(node, x, axes[i] < 0 ? axes[i] + x.ndim : axes[i], pads[i], pads[i + axes.Length], mode, inputs.ElementAtOrDefault(2));
        }
        return x;
    }

    /// <summary>One axis; a negative pad cuts off.</summary>
    private static Tensor Pad(Node node, Tensor x, long axis, long before, long after, string mode, Tensor? filling)
    {
        if (before < 0 || after < 0)
        {
            x = x.slice(axis, Math.Max(0, -before), x.shape[axis] + Math.Min(0, after), 1);
            (before, after) = (Math.Max(0, before), Math.Max(0, after));
        }
        if (before == 0 && after == 0)
        {
            return x;
        }
        if (mode == "constant")
        {
            return torch.cat([Filling(x, axis, before, filling), x, Filling(x, axis, after, filling)], axis);
        }
        var width = x.shape[axis];
        var places = Enumerable.Range(0, (int)(before + width + after)).Select(i => mode switch
        {
            "edge" => Math.Clamp(i - before, 0, width - 1),
            "reflect" => Reflected(i - before, width),
            "wrap" => (((i - before) % width) + width) % width,
            _ => throw node.Refusal($"pads by '{mode}', expected constant, edge, reflect or wrap"),
        }).ToArray();
        return x.index_select(axis, TensorConversion.ToTensor(places, places.Length).to(x.device));
    }

    private static Tensor Filling(Tensor x, long axis, long width, Tensor? value)
    {
        long[] dims = [.. x.shape.Select((d, i) => i == axis ? width : d)];
        return value is null ? torch.zeros(dims, x.dtype, x.device) : value.reshape([]).to_type(x.dtype).expand(dims);
    }

    private static long Reflected(long place, long width)
    {
        if (width == 1)
        {
            return 0;
        }
        var period = 2 * (width - 1);
        var within = ((place % period) + period) % period;
        return within < width ? within : period - within;
    }

    private static Tensor Trilu(Node node, Tensor?[] inputs)
    {
        var diagonal = inputs.ElementAtOrDefault(1) is { } given ? Node.Ints(given)[0] : 0;
        return node.Flag("upper", true) ? inputs[0]!.triu(diagonal) : inputs[0]!.tril(diagonal);
    }
}
