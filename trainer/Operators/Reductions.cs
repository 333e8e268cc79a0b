using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Sums, means and extremes over axes.</summary>
internal static class Reductions
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["ReduceSum"] = Over((x, axes, keep) => x.sum(axes, keep, x.dtype)),
        ["ReduceMean"] = Over(Mean),
        ["ReduceMax"] = Over((x, axes, keep) => x.amax(axes, keep)),
        ["ReduceMin"] = Over((x, axes, keep) => x.amin(axes, keep)),
        ["ReduceProd"] = Over(Product),
        ["ReduceL1"] = Over((x, axes, keep) => x.abs().sum(axes, keep, x.dtype)),
        ["ReduceL2"] = Over((x, axes, keep) => x.mul(x).sum(axes, keep, x.dtype).sqrt().to_type(x.dtype)),
        ["ReduceSumSquare"] = Over((x, axes, keep) => x.mul(x).sum(axes, keep, x.dtype)),
        ["ReduceLogSum"] = Over((x, axes, keep) => x.sum(axes, keep).log()),
        ["ReduceLogSumExp"] = Over(LogSumExp),
        ["ArgMax"] = Unary((node, x) => Extreme(node, x)),
        ["ArgMin"] = Unary((node, x) => Extreme(node, x.neg())),
    };

    /// <summary>The axes are the second input; without them it is all axes, or none where the node says so.</summary>
    private static Operator Over(Func<Tensor, long[], bool, Tensor> reduce) => (node, x) =>
    {
        long[] axes = x.Length > 1 && x[1] is { } given ? Node.Ints(given) : [];
        if (axes.Length == 0 && node.Flag("noop_with_empty_axes"))
        {
            return [x[0]];
        }
        long[] all = [.. Enumerable.Range(0, (int)x[0]!.ndim)];
        return [all.Length == 0 ? x[0] : reduce(x[0]!, axes.Length == 0 ? all : axes, node.Flag("keepdims", true))];
    };

    private static Tensor Mean(Tensor x, long[] axes, bool keep) =>
        x.is_floating_point() ? x.mean(axes, keep) : x.to_type(torch.ScalarType.Float64).mean(axes, keep).to_type(x.dtype);

    private static Tensor Product(Tensor x, long[] axes, bool keep)
    {
        foreach (var axis in axes.Select(a => a < 0 ? a + x.ndim : a).OrderDescending())
        {
            x = x.prod(axis, keep, x.dtype);
        }
        return x;
    }

    private static Tensor LogSumExp(Tensor x, long[] axes, bool keep)
    {
        var most = x.detach().amax(axes, keepdim: true);
        most = most.where(most.isfinite(), torch.zeros_like(most));
        var sum = x.sub(most).exp().sum(axes, keepdim: true).log().Plus(most);
        return keep ? sum : sum.reshape(x.sum(axes).shape);
    }

    private static Tensor Extreme(Node node, Tensor x)
    {
        var (axis, keep) = (node.Int("axis", 0), node.Flag("keepdims", true));
        if (!node.Flag("select_last_index"))
        {
            return x.argmax(axis, keep);
        }
        axis = axis < 0 ? axis + x.ndim : axis;
        return x.flip(axis).argmax(axis, keep).neg().Plus(Scalars.Of(x.shape[axis] - 1));
    }
}
