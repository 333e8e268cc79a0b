using ParquetPool.Trainer.Libtorch;
using TorchSharp;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>Tensors made of shapes and numbers alone.</summary>
internal static class Constants
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["ConstantOfShape"] = Unary(ConstantOfShape),
        ["Range"] = Of(Range),
        ["EyeLike"] = Unary(EyeLike),
    };

    private static Tensor ConstantOfShape(Node node, Tensor shape)
    {
        var dims = Node.Ints(shape);
        return node.Tensor("value") is { } value
            ? TensorConversion.ToTensor(value).reshape([]).expand(dims).contiguous().to(shape.device)
            : torch.zeros(dims, torch.ScalarType.Float32, shape.device);
    }

    private static Tensor Range(Node node, Tensor?[] inputs)
    {
        var (start, limit, delta) = (inputs[0]!, inputs[1]!, inputs[2]!);
        return torch.arange(Scalars.Of(start.cpu().ToScalar()), Scalars.Of(limit.cpu().ToScalar()), Scalars.Of(delta.cpu().ToScalar()), start.dtype, start.device);
    }

    private static Tensor EyeLike(Node node, Tensor x)
    {
        var type = node.Has("dtype") ? TensorConversion.ScalarType((DataType)node.Int("dtype", 1), node.Outputs[0]) : x.dtype;
        var (rows, columns, offset) = (x.shape[0], x.shape[1], node.Int("k", 0));
        var (down, across) = (TensorArithmetic.UpTo(rows, x.device), TensorArithmetic.UpTo(columns, x.device));
        return across.reshape(1, -1).sub(down.reshape(-1, 1)).eq(Scalars.Of(offset)).to_type(type);
    }
}
