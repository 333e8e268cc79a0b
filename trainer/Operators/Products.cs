using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Matrix products.</summary>
internal static class Products
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["MatMul"] = Binary(MatMul),
        ["Gemm"] = Of(Gemm),
        ["Einsum"] = Of((node, x) => torch.einsum(node.Text("equation", ""), x!)),
        ["Det"] = Unary(x => x.det()),
    };

    /// <remarks>
    /// By mm and bmm, as libtorch's own matmul does: TorchSharp 0.107's function of that name ends the process where shapes do not fit or the memory is not enough.
    /// </remarks>
    private static Tensor MatMul(Node node, Tensor a, Tensor b)
    {
        var (left, right) = (a.shape, b.shape);
        if (left.Length == 0 || right.Length == 0 || left[^1] != right[right.Length == 1 ? 0 : ^2]
            || left.Reverse().Skip(2).Zip(right.Reverse().Skip(2)).Any(d => d.First != d.Second && d.First != 1 && d.Second != 1))
        {
            throw node.Refusal($"cannot be computed on {Node.Describe([a, b])}: the matrices do not fit");
        }
        var (x, y) = (left.Length == 1 ? a.unsqueeze(0) : a, right.Length == 1 ? b.unsqueeze(1) : b);
        var product = y.ndim == 2 ? (x.ndim == 2 ? x.mm(y) : x.reshape(Count(x.shape[..^1]), x.shape[^1]).mm(y).reshape([.. x.shape[..^1], y.shape[1]])) : Batched(x, y);
        product = left.Length == 1 ? product.squeeze(-2) : product;
        return right.Length == 1 ? product.squeeze(-1) : product;
    }

    private static Tensor Batched(Tensor x, Tensor y)
    {
        var (first, second) = (x.shape[..^2], y.shape[..^2]);
        long[] batch = [.. Enumerable.Range(1, Math.Max(first.Length, second.Length)).Select(i => i > first.Length ? second[^i] : i > second.Length || second[^i] == 1 ? first[^i] : second[^i]).Reverse()];
        var product = Stacked(x, batch).bmm(Stacked(y, batch));
        return product.reshape([.. batch, x.shape[^2], y.shape[^1]]);
    }

    private static Tensor Stacked(Tensor matrices, long[] batch) =>
        matrices.expand([.. batch, .. matrices.shape[^2..]]).reshape([Count(batch), .. matrices.shape[^2..]]);

    private static long Count(long[] dims) => dims.Aggregate(1L, (a, d) => a * d);

    private static Tensor Gemm(Node node, Tensor?[] inputs)
    {
        var a = node.Flag("transA") ? inputs[0]!.t() : inputs[0]!;
        var b = node.Flag("transB") ? inputs[1]!.t() : inputs[1]!;
        var (alpha, beta) = (node.Float("alpha", 1), node.Float("beta", 1));
        if (inputs.ElementAtOrDefault(2) is { } c)
        {
            return c.addmm(a, b, beta, alpha);
        }
        var product = a.mm(b);
        return alpha == 1 ? product : product.mul(Scalars.Of(alpha));
    }
}
