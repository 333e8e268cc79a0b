using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Numbers kept in few bits.</summary>
internal static class Quantisation
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["DequantizeLinear"] = Of(Dequantize),
        ["QuantizeLinear"] = Of(Quantize),
    };

    private static Tensor Dequantize(Node node, Tensor?[] inputs)
    {
        var (x, scale) = (inputs[0]!, inputs[1]!);
        var whole = x.to_type(scale.dtype);
        return (inputs.ElementAtOrDefault(2) is { } zero ? whole.sub(Along(node, zero, x).to_type(scale.dtype)) : whole).mul(Along(node, scale, x));
    }

    /// <summary>No gradient passes what is rounded.</summary>
    private static Tensor Quantize(Node node, Tensor?[] inputs)
    {
        var (x, scale, zero) = (inputs[0]!, inputs[1]!, inputs.ElementAtOrDefault(2));
        var type = zero?.dtype ?? torch.ScalarType.Byte;
        var rounded = x.div(Along(node, scale, x)).round();
        rounded = zero is null ? rounded : rounded.Plus(Along(node, zero, x).to_type(rounded.dtype));
        return (type == torch.ScalarType.Byte ? rounded.clamp(Scalars.Of(0), Scalars.Of(255))
            : type == torch.ScalarType.Int8 ? rounded.clamp(Scalars.Of(-128), Scalars.Of(127))
            : throw node.Refusal($"makes {type}, expected 8 bits")).to_type(type);
    }

    /// <summary>One number, or one for each place along the node's axis.</summary>
    private static Tensor Along(Node node, Tensor values, Tensor x)
    {
        if (node.Int("block_size", 0) != 0)
        {
            throw node.Refusal("has a scale for each block, expected one in all or one for each place along an axis");
        }
        if (values.numel() == 1)
        {
            return values.reshape([]);
        }
        var axis = node.Int("axis", 1);
        axis = axis < 0 ? axis + x.ndim : axis;
        return values.reshape([.. Enumerable.Range(0, (int)x.ndim).Select(i => i == axis ? -1L : 1L)]);
    }
}
