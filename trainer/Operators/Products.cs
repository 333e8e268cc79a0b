using ParquetPool.Trainer.Torch;
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

    /// <remarks>Of all functions of TorchSharp 0.107 that are used here this one ends the process where shapes do not fit, so they are looked at first.</remarks>
    private static Tensor MatMul(Node node, Tensor a, Tensor b)
    {
        var (left, right) = (a.shape, b.shape);
        if (left.Length == 0 || right.Length == 0 || left[^1] != right[right.Length == 1 ? 0 : ^2]
            || left.Reverse().Skip(2).Zip(right.Reverse().Skip(2)).Any(d => d.First != d.Second && d.First != 1 && d.Second != 1))
        {
            throw node.Refusal($"cannot be computed on {Node.Describe([a, b])}: the matrices do not fit");
        }
        return a.matmul(b);
    }

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
        return alpha == 1 ? product : product.mul(alpha);
    }
}
