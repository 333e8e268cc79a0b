using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>What depends on the order of elements.</summary>
internal static class Orders
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["TopK"] = TopK,
        ["NonZero"] = Unary(x => x.nonzero().t()),
    };

    /// <summary>Of equal elements the first counts as the larger, as in ONNX Runtime.</summary>
    private static Tensor?[] TopK(Node node, Tensor?[] inputs)
    {
        var (k, axis) = (Node.Ints(inputs[1]!)[0], node.Int("axis", -1));
        var (values, indices) = inputs[0]!.sort(axis, descending: node.Flag("largest", true), stable: true);
        return [values.narrow(axis, 0, k), indices.narrow(axis, 0, k)];
    }
}
