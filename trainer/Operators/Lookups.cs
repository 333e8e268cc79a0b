using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Elements picked and placed by indices; negative ones count from the end.</summary>
internal static class Lookups
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["Gather"] = Of(Gather),
        ["GatherElements"] = Of((node, x) => Along(node, x[0]!, x[1]!, (axis, indices) => x[0]!.gather(axis, indices))),
        ["GatherND"] = Of(GatherNd),
        ["Scatter"] = Of(ScatterElements),
        ["ScatterElements"] = Of(ScatterElements),
        ["ScatterND"] = Of(ScatterNd),
        ["OneHot"] = Of(OneHot),
        ["Compress"] = Of(Compress),
        ["ReverseSequence"] = Of(ReverseSequence),
    };

    private static Tensor Gather(Node node, Tensor?[] inputs)
    {
        var (x, given) = (inputs[0]!, inputs[1]!);
        return Along(node, x, given, (axis, indices) =>
        {
            // A place of one index costs no copy.
            if (given.ndim == 0)
            {
                return x.select(axis, TensorConversion.ToArray<long>(indices)[0]);
            }
            var picked = x.index_select(axis, indices.reshape(-1));
            return given.ndim == 1 ? picked : picked.reshape([.. x.shape[..(int)axis], .. given.shape, .. x.shape[(int)(axis + 1)..]]);
        });
    }

    /// <summary>Runs <paramref name="pick"/> with an axis from 0 and indices from 0.</summary>
    private static Tensor Along(Node node, Tensor x, Tensor indices, Func<long, Tensor, Tensor> pick)
    {
        var axis = node.Int("axis", 0);
        axis = axis < 0 ? axis + x.ndim : axis;
        return pick(axis, FromZero(node, indices, x.shape[axis]));
    }

    private static Tensor FromZero(Node node, Tensor indices, long width)
    {
        var places = indices.to_type(torch.ScalarType.Int64);
        if (places.numel() > 0)
        {
            var (least, most) = (TensorConversion.ToArray<long>(places.amin())[0], TensorConversion.ToArray<long>(places.amax())[0]);
            if (least < -width || most >= width)
            {
                throw node.Refusal($"has the index {(least < -width ? least : most)}, expected {-width} to {width - 1}: check the input that gives it");
            }
            return least < 0 ? torch.where(places.lt(Scalars.Of(0)), places.Plus(Scalars.Of(width)), places) : places;
        }
        return places;
    }

    private static Tensor GatherNd(Node node, Tensor?[] inputs)
    {
        var (x, indices, batch) = (inputs[0]!, inputs[1]!, (int)node.Int("batch_dims", 0));
        var rows = x.shape[..batch].Aggregate(1L, (a, b) => a * b);
        long[] inner = [.. x.shape[batch..]];
        var places = indices.reshape([rows, -1, indices.shape[^1]]);
        var flat = Flat(node, places, inner).Plus(TensorArithmetic.UpTo(rows, x.device).mul(Scalars.Of(Count(inner[..(int)indices.shape[^1]]))).reshape(-1, 1));
        long[] rest = inner[(int)indices.shape[^1]..];
        return x.reshape([-1, .. rest]).index_select(0, flat.reshape(-1)).reshape([.. indices.shape[..^1], .. rest]);
    }

    private static Tensor ScatterNd(Node node, Tensor?[] inputs)
    {
        var (x, indices, updates) = (inputs[0]!, inputs[1]!, inputs[2]!);
        var depth = (int)indices.shape[^1];
        long[] rest = x.shape[depth..];
        var places = Flat(node, indices.reshape([-1, depth]), x.shape).reshape([-1, 1]).expand([-1, Count(rest)]);
        var target = x.reshape([Count(x.shape[..depth]), Count(rest)]);
        return Put(node, target, 0, places, updates.reshape([-1, Count(rest)])).reshape(x.shape);
    }

    private static Tensor ScatterElements(Node node, Tensor?[] inputs) =>
        Along(node, inputs[0]!, inputs[1]!, (axis, indices) => Put(node, inputs[0]!, axis, indices, inputs[2]!));

    private static Tensor Put(Node node, Tensor x, long axis, Tensor indices, Tensor updates) => node.Text("reduction", "none") switch
    {
        "none" => x.scatter(axis, indices, updates),
        "add" => x.scatter_add(axis, indices, updates),
        var other => throw node.Refusal($"reduces by '{other}', expected none or add"),
    };

    /// <summary>Places [..., depth] in a tensor of shape <paramref name="dims"/> as numbers of its first depth axes, row-major.</summary>
    private static Tensor Flat(Node node, Tensor places, long[] dims)
    {
        var depth = (int)places.shape[^1];
        Tensor? flat = null;
        for (var i = 0; i < depth; i++)
        {
            var place = FromZero(node, places.select(-1, i), dims[i]);
            flat = flat is null ? place : flat.mul(Scalars.Of(dims[i])).Plus(place);
        }
        return flat!;
    }

    private static Tensor OneHot(Node node, Tensor?[] inputs)
    {
        var (depth, values, axis) = (Node.Ints(inputs[1]!)[0], inputs[2]!, node.Int("axis", -1));
        var indices = inputs[0]!.to_type(torch.ScalarType.Int64);
        indices = torch.where(indices.lt(Scalars.Of(0)), indices.Plus(Scalars.Of(depth)), indices);
        axis = axis < 0 ? axis + indices.ndim + 1 : axis;
        long[] along = [.. Enumerable.Range(0, (int)indices.ndim + 1).Select(i => i == axis ? depth : 1)];
        var hot = indices.unsqueeze(axis).eq(TensorArithmetic.UpTo(depth, indices.device).reshape(along));
        return torch.where(hot, values.select(0, 1), values.select(0, 0));
    }

    private static Tensor Compress(Node node, Tensor?[] inputs)
    {
        var (x, keep) = (node.Has("axis") ? inputs[0]! : inputs[0]!.reshape(-1), inputs[1]!.nonzero().reshape(-1));
        return x.index_select(node.Int("axis", 0), keep);
    }

    private static Tensor ReverseSequence(Node node, Tensor?[] inputs)
    {
        var (x, lengths) = (inputs[0]!, inputs[1]!);
        var (time, batch) = (node.Int("time_axis", 0), node.Int("batch_axis", 1));
        var steps = TensorArithmetic.UpTo(x.shape[time], x.device).reshape(-1, 1);
        var within = lengths.reshape(1, -1);
        var places = torch.where(steps.lt(within), within.sub(Scalars.Of(1)).sub(steps), steps);
        places = time < batch ? places : places.transpose(0, 1);
        return x.gather(time, places.reshape([.. places.shape, .. Enumerable.Repeat(1L, (int)x.ndim - 2)]).expand(x.shape));
    }

    private static long Count(long[] dims) => dims.Aggregate(1L, (a, b) => a * b);
}
