using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using F = TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Normalisations; those by a batch in training are <see cref="BatchStatistics"/>'.</summary>
internal static class Normalisations
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["BatchNormalization"] = Batch,
        ["LayerNormalization"] = Layer,
        ["GroupNormalization"] = Of(Group),
        ["InstanceNormalization"] = Of((node, x) => F.instance_norm(x[0]!, weight: x[1], bias: x[2], eps: Epsilon(node))),
        ["LRN"] = Unary(LocalResponse),
        ["LpNormalization"] = Unary(Lp),
        ["MeanVarianceNormalization"] = Unary(MeanVariance),
    };

    private static Tensor?[] Batch(Node node, Tensor?[] x)
    {
        if (!node.Flag("training_mode"))
        {
            return [F.batch_norm(x[0]!, x[3]!, x[4]!, x[1], x[2], training: false, momentum: 0, eps: Epsilon(node))];
        }
        long[] axes = [.. Enumerable.Range(0, (int)x[0]!.ndim).Where(i => i != 1).Select(i => (long)i)];
        var (mean, variance, momentum) = (x[0]!.mean(axes), x[0]!.var(axes, unbiased: false), node.Float("momentum", 0.9f));
        return [
            F.batch_norm(x[0]!, mean.detach().clone(), variance.detach().clone(), x[1], x[2], training: true, momentum: 0, eps: Epsilon(node)),
            x[3]!.mul(Scalars.Of(momentum)).Plus(mean.mul(Scalars.Of(1 - momentum))),
            x[4]!.mul(Scalars.Of(momentum)).Plus(variance.mul(Scalars.Of(1 - momentum)))];
    }

    private static Tensor?[] Layer(Node node, Tensor?[] inputs)
    {
        var (x, scale, bias, axis) = (inputs[0]!, inputs[1]!, inputs.ElementAtOrDefault(2), node.Int("axis", -1));
        long[] dims = x.shape[(int)(axis < 0 ? axis + x.ndim : axis)..];
        var y = F.layer_norm(x, dims, scale.expand(dims), bias?.expand(dims), Epsilon(node));
        if (!node.Makes(1) && !node.Makes(2))
        {
            return [y];
        }
        long[] axes = [.. Enumerable.Range((int)x.ndim - dims.Length, dims.Length).Select(i => (long)i)];
        var mean = x.mean(axes, keepdim: true);
        var inverse = x.sub(mean).Squared().mean(axes, keepdim: true).Plus(Scalars.Of(Epsilon(node))).rsqrt();
        return [y, mean, inverse];
    }

    private static Tensor Group(Node node, Tensor?[] inputs)
    {
        var (x, scale, bias, groups) = (inputs[0]!, inputs[1]!, inputs[2]!, node.Int("num_groups", 1));
        if (node.Opset < 21)
        {
            // Up to operator set 20 there was one scale a group.
            (scale, bias) = (scale.repeat_interleave(x.shape[1] / groups), bias.repeat_interleave(x.shape[1] / groups));
        }
        return F.group_norm(x, groups, scale, bias, Epsilon(node));
    }

    private static Tensor LocalResponse(Node node, Tensor x)
    {
        var size = node.Int("size", 1);
        long[] pads = [.. Enumerable.Repeat(0L, 2 * ((int)x.ndim - 2)), (size - 1) / 2, size / 2];
        var padded = F.pad(x.Squared(), pads);
        var squares = Enumerable.Range(0, (int)size).Select(i => padded.narrow(1, i, x.shape[1])).Aggregate((a, b) => a.Plus(b));
        return x.div(squares.mul(Scalars.Of(node.Float("alpha", 1e-4f) / size)).Plus(Scalars.Of(node.Float("bias", 1))).pow(Scalars.Of(node.Float("beta", 0.75f))));
    }

    private static Tensor Lp(Node node, Tensor x)
    {
        long[] axis = [node.Int("axis", -1)];
        var norm = node.Int("p", 2) == 1 ? x.abs().sum(axis, keepdim: true) : x.Squared().sum(axis, keepdim: true).sqrt();
        return x.div(norm.where(norm.ne(Scalars.Of(0)), torch.ones_like(norm)));
    }

    private static Tensor MeanVariance(Node node, Tensor x)
    {
        var axes = node.Ints("axes") ?? [0, 2, 3];
        var centred = x.sub(x.mean(axes, keepdim: true));
        return centred.div(centred.Squared().mean(axes, keepdim: true).sqrt().Plus(Scalars.Of(1e-9)));
    }

    private static double Epsilon(Node node) => node.Float("epsilon", 1e-5f);
}
