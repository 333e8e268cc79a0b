using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Gradients of operators that move elements without changing them.</summary>
internal static class Shapes
{
    public static string?[] Identity(GradientContext c, NodeProto node, string dy) => [dy];

    /// <summary>Reshape, Flatten, Squeeze, Unsqueeze.</summary>
    public static string?[] Reshape(GradientContext c, NodeProto node, string dy) => [c.ReshapeLike(dy, node.Input[0])];

    public static string?[] Expand(GradientContext c, NodeProto node, string dy) =>
        [c.SumTo(dy, c.Shape(node.Output[0]), node.Input[0])];

    public static string?[] Transpose(GradientContext c, NodeProto node, string dy)
    {
        var rank = c.Shape(node.Input[0]).Length;
        var order = node.IntsOr("perm", [.. Enumerable.Range(0, rank).Reverse().Select(i => (long)i)]);
        var inverse = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            inverse[order[i]] = i;
        }
        return [c.Graph.Transpose(dy, inverse)];
    }

    public static string?[] Concat(GradientContext c, NodeProto node, string dy)
    {
        if (node.Input.Count == 1)
        {
            return [dy];
        }
        var axis = Axis(node.IntOr("axis", 0), c.Shape(node.Output[0]).Length);
        var parts = node.Input.Select(x => c.Shape(x)[axis]).ToArray();
        var sizes = parts.All(p => p >= 0)
            ? c.Graph.Ints(parts)
            : c.Graph.Op("Concat", [.. node.Input.Select(x => c.Graph.Op("Gather", [c.Graph.Shape(x), c.Graph.Ints(axis)]))], Attributes.Int("axis", 0));
        return [.. c.Graph.Node("Split", [dy, sizes], parts.Length, Attributes.Int("axis", axis)).Output];
    }

    public static string?[] Split(GradientContext c, NodeProto node, string?[] dys)
    {
        var parts = node.Output.Select((y, i) => dys[i] ?? c.Graph.ZerosLike(y)).ToArray();
        return [c.Graph.Op("Concat", parts, Attributes.Int("axis", node.IntOr("axis", 0)))];
    }

    /// <summary>Puts the gradient back where it was cut out, zeros around it.</summary>
    public static string?[] Slice(GradientContext c, NodeProto node, string dy)
    {
        var dims = c.Shape(node.Input[0]);
        var starts = c.Ints(node.InputAt(1)) ?? throw GradientContext.Unsupported(node, "bounds that are computed");
        var axes = c.Ints(node.InputAt(3)) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = c.Ints(node.InputAt(4)) ?? [.. starts.Select(_ => 1L)];
        var (before, after) = (new long[dims.Length], new long[dims.Length]);
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = Axis(axes[i], dims.Length);
            var (dim, part) = (dims[axis], c.Shape(node.Output[0])[axis]);
            if (dim == part && steps[i] == 1)
            {
                continue;
            }
            if (dim < 0 || part < 0 || Math.Abs(steps[i]) != 1)
            {
                throw GradientContext.Unsupported(node, dim < 0 || part < 0 ? "a cut through the batch" : $"a step of {steps[i]}");
            }
            var start = Math.Clamp(starts[i] < 0 ? starts[i] + dim : starts[i], 0, steps[i] > 0 ? dim : dim - 1);
            if (steps[i] < 0)
            {
                dy = c.Graph.Op("Slice", [dy, c.Graph.Ints(-1), c.Graph.Ints(long.MinValue), c.Graph.Ints(axis), c.Graph.Ints(-1)]);
                start -= part - 1;
            }
            (before[axis], after[axis]) = (start, dim - start - part);
        }
        return [c.Graph.Op("Pad", [dy, c.Graph.Ints([.. before, .. after])])];
    }

    /// <summary>Adds the gradient of each picked entry to the entry it came from.</summary>
    public static string?[] Gather(GradientContext c, NodeProto node, string dy)
    {
        var (data, indices) = (node.Input[0], node.Input[1]);
        var (dims, picked) = (c.Shape(data), c.Shape(indices));
        var axis = Axis(node.IntOr("axis", 0), dims.Length);
        if (picked.Length == 0 && c.Ints(indices) is [var only] && dims[axis] > 0)
        {
            var pads = new long[2 * dims.Length];
            pads[axis] = only < 0 ? only + dims[axis] : only;
            pads[dims.Length + axis] = dims[axis] - 1 - pads[axis];
            return [c.Graph.Op("Pad", [c.Graph.Unsqueeze(dy, axis), c.Graph.Ints(pads)])];
        }
        // The gathered axes go to the front, where ScatterND adds whole slices.
        string Front(string value, long rank, long first, long count) => first == 0 ? value : c.Graph.Transpose(
            value,
            [.. Range(first, count), .. Range(0, first), .. Range(first + count, rank - first - count)]);
        var zeros = Front(c.Graph.ZerosLike(data), dims.Length, axis, 1);
        var updates = Front(dy, dims.Length - 1 + picked.Length, axis, picked.Length);
        var sum = c.Graph.Op("ScatterND", [zeros, c.Graph.Unsqueeze(indices, picked.Length), updates], Attributes.Text("reduction", "add"));
        return [axis == 0 ? sum : c.Graph.Transpose(sum, [.. Range(1, axis), 0, .. Range(axis + 1, dims.Length - axis - 1)])];
    }

    private static IEnumerable<long> Range(long start, long count) => Enumerable.Range((int)start, (int)count).Select(i => (long)i);

    private static long Axis(long axis, int rank) => axis < 0 ? axis + rank : axis;
}
