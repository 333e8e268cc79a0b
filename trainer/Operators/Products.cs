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
        ["MatMul"] = Binary((a, b) => a.matmul(b)),
        ["Gemm"] = Of(Gemm),
        ["Einsum"] = Of((node, x) => torch.einsum(node.Text("equation", ""), x!)),
        ["Det"] = Unary(x => x.det()),
    };

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
