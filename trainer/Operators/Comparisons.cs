using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Truth values and bits, and the choice between two values.</summary>
internal static class Comparisons
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["Equal"] = Binary((a, b) => a.eq(b)),
        ["Greater"] = Binary((a, b) => a.gt(b)),
        ["GreaterOrEqual"] = Binary((a, b) => a.ge(b)),
        ["Less"] = Binary((a, b) => a.lt(b)),
        ["LessOrEqual"] = Binary((a, b) => a.le(b)),
        ["And"] = Binary((a, b) => a.logical_and(b)),
        ["Or"] = Binary((a, b) => a.logical_or(b)),
        ["Xor"] = Binary((a, b) => a.logical_xor(b)),
        ["Not"] = Unary(x => x.logical_not()),
        ["BitwiseAnd"] = Binary((a, b) => a.bitwise_and(b)),
        ["BitwiseOr"] = Binary((a, b) => a.bitwise_or(b)),
        ["BitwiseXor"] = Binary((a, b) => a.bitwise_xor(b)),
        ["BitwiseNot"] = Unary(x => x.bitwise_not()),
        ["BitShift"] = Of((node, x) => node.Text("direction", "") == "LEFT" ? x[0]!.bitwise_left_shift(x[1]!) : x[0]!.bitwise_right_shift(x[1]!)),
        ["IsNaN"] = Unary(x => x.isnan()),
        ["IsInf"] = Unary(IsInf),
        ["Where"] = Of((_, x) => torch.where(x[0]!, x[1]!, x[2]!)),
    };

    private static Tensor IsInf(Node node, Tensor x)
    {
        var (above, below) = (node.Flag("detect_positive", true), node.Flag("detect_negative", true));
        return above && below ? x.isinf()
            : above ? x.isposinf()
            : below ? x.isneginf()
            : torch.zeros_like(x, torch.ScalarType.Bool);
    }
}
