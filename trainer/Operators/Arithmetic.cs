using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Sums, products and functions of single elements, broadcast as in NumPy.</summary>
internal static class Arithmetic
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["Add"] = Binary((a, b) => a.Plus(b)),
        ["Sub"] = Binary((a, b) => a.sub(b)),
        ["Mul"] = Binary((a, b) => a.mul(b)),
        ["Div"] = Binary((a, b) => a.is_floating_point() ? a.div(b) : a.div(b, torch.RoundingMode.trunc)),
        ["Pow"] = Binary((a, b) => a.pow(b.is_floating_point() || !a.is_floating_point() ? b : b.to_type(a.dtype)).to_type(a.dtype)),
        ["Mod"] = Of((node, x) => node.Flag("fmod") ? x[0]!.fmod(x[1]!) : x[0]!.remainder(x[1]!)),
        ["Max"] = Of((_, x) => x.Aggregate((a, b) => a!.maximum(b!))!),
        ["Min"] = Of((_, x) => x.Aggregate((a, b) => a!.minimum(b!))!),
        ["Sum"] = Of((_, x) => x.Aggregate((a, b) => a!.Plus(b!))!),
        ["Mean"] = Of((_, x) => x.Aggregate((a, b) => a!.Plus(b!))!.div(Scalars.Of(x.Length))),
        ["Neg"] = Unary(x => x.neg()),
        ["Abs"] = Unary(x => x.abs()),
        ["Sign"] = Unary(x => x.sign()),
        ["Reciprocal"] = Unary(x => x.reciprocal()),
        ["Exp"] = Unary(x => x.exp()),
        ["Log"] = Unary(x => x.log()),
        ["Sqrt"] = Unary(x => x.sqrt()),
        ["Ceil"] = Unary(x => x.ceil()),
        ["Floor"] = Unary(x => x.floor()),
        ["Round"] = Unary(x => x.round()),
        ["Erf"] = Unary(x => x.erf()),
        ["Sin"] = Unary(x => x.sin()),
        ["Cos"] = Unary(x => x.cos()),
        ["Tan"] = Unary(x => x.tan()),
        ["Asin"] = Unary(x => x.asin()),
        ["Acos"] = Unary(x => x.acos()),
        ["Atan"] = Unary(x => x.atan()),
        ["Sinh"] = Unary(x => x.sinh()),
        ["Cosh"] = Unary(x => x.cosh()),
        ["Asinh"] = Unary(x => x.asinh()),
        ["Acosh"] = Unary(x => x.acosh()),
        ["Atanh"] = Unary(x => x.atanh()),
        ["Clip"] = Of(Clip),
        ["CumSum"] = Of(CumSum),
    };

    private static Tensor Clip(Node node, Tensor?[] x)
    {
        var (low, high) = (x.ElementAtOrDefault(1), x.ElementAtOrDefault(2));
        return low is null && high is null ? x[0]!
            : low is null ? x[0]!.minimum(high!)
            : high is null ? x[0]!.maximum(low)
            : x[0]!.clamp(low, high);
    }

    private static Tensor CumSum(Node node, Tensor?[] x)
    {
        var (value, axis) = (x[0]!, Node.Ints(x[1]!)[0]);
        var turned = node.Flag("reverse") ? value.flip(axis) : value;
        var sum = turned.cumsum(axis, value.dtype);
        sum = node.Flag("exclusive") ? sum.sub(turned) : sum;
        return node.Flag("reverse") ? sum.flip(axis) : sum;
    }
}
