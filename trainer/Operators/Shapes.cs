using TorchSharp;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;
using static ParquetPool.Trainer.Operators.OperatorTable;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>The same elements in another shape, order or type.</summary>
internal static class Shapes
{
    public static readonly Dictionary<string, Operator> Table = new()
    {
        ["Identity"] = Unary(x => x),
        ["Dropout"] = (node, x) => [x[0], node.Makes(1) ? torch.ones_like(x[0]!, torch.ScalarType.Bool) : null],
        ["Cast"] = Unary((node, x) => Cast(x, TensorConversion.ScalarType((DataType)node.Int("to", 1), node.Outputs[0]))),
        ["CastLike"] = Binary((Tensor x, Tensor like) => Cast(x, like.dtype)),
        ["Shape"] = Unary(Shape),
        ["Size"] = Unary(x => TensorConversion.ToTensor([x.numel()]).to(x.device)),
        ["Reshape"] = Of(Reshape),
        ["Flatten"] = Unary(Flatten),
        ["Squeeze"] = Of(Squeeze),
        ["Unsqueeze"] = Of(Unsqueeze),
        ["Transpose"] = Unary((node, x) => x.permute(node.Ints("perm") ?? [.. Enumerable.Range(0, (int)x.ndim).Reverse()])),
        ["Expand"] = Of(Expand),
        ["Tile"] = Of((_, x) => x[0]!.ndim == 0 ? x[0]! : x[0]!.repeat(Node.Ints(x[1]!))),
        ["DepthToSpace"] = Unary(DepthToSpace),
        ["SpaceToDepth"] = Unary(SpaceToDepth),
    };

    private static Tensor Cast(Tensor x, torch.ScalarType type) => x.dtype == type ? x : x.to_type(type);

    private static Tensor Shape(Node node, Tensor x)
    {
        var (start, end) = (At(node.Int("start", 0)), At(node.Int("end", x.ndim)));
        long[] dims = start < end ? x.shape[start..end] : [];
        return TensorConversion.ToTensor(dims, dims.Length).to(x.device); // It may be joined to constants, which lie there.

        int At(long place) => (int)Math.Clamp(place < 0 ? place + x.ndim : place, 0, x.ndim);
    }

    private static Tensor Reshape(Node node, Tensor?[] inputs)
    {
        var (x, dims) = (inputs[0]!, Node.Ints(inputs[1]!));
        for (var i = 0; i < dims.Length && !node.Flag("allowzero"); i++)
        {
            dims[i] = dims[i] == 0 ? x.shape[i] : dims[i];
        }
        return x.reshape(dims);
    }

    private static Tensor Flatten(Node node, Tensor x)
    {
        var axis = node.Int("axis", 1);
        var rows = x.shape.Take((int)(axis < 0 ? axis + x.ndim : axis)).Aggregate(1L, (a, b) => a * b);
        return x.reshape(rows, rows == 0 ? 0 : x.numel() / rows);
    }

    private static Tensor Squeeze(Node node, Tensor?[] inputs)
    {
        var x = inputs[0]!;
        if (inputs.Length < 2 || inputs[1] is not { } axes)
        {
            return x.squeeze();
        }
        foreach (var axis in Node.Ints(axes).Select(a => a < 0 ? a + inputs[0]!.ndim : a).OrderDescending())
        {
            x = x.squeeze(axis);
        }
        return x;
    }

    private static Tensor Unsqueeze(Node node, Tensor?[] inputs)
    {
        var (x, axes) = (inputs[0]!, Node.Ints(inputs[1]!));
        foreach (var axis in axes.Select(a => a < 0 ? a + inputs[0]!.ndim + axes.Length : a).Order())
        {
            x = x.unsqueeze(axis);
        }
        return x;
    }

    /// <summary>Both shapes broadcast to each other.</summary>
    private static Tensor Expand(Node node, Tensor?[] inputs)
    {
        var (x, dims) = (inputs[0]!, Node.Ints(inputs[1]!));
        var missing = dims.Length - (int)x.ndim;
        for (var i = Math.Max(0, missing); i < dims.Length; i++)
        {
            dims[i] = dims[i] == 1 ? x.shape[i - missing] : dims[i];
        }
        return x.expand(missing < 0 ? [.. x.shape.Take(-missing), .. dims.Select((d, i) => d == 1 ? x.shape[i - missing] : d)] : dims);
    }

    private static Tensor DepthToSpace(Node node, Tensor x)
    {
        var (block, (n, c, h, w)) = (node.Int("blocksize", 1), (x.shape[0], x.shape[1], x.shape[2], x.shape[3]));
        var parts = node.Text("mode", "DCR") == "CRD"
            ? x.reshape(n, c / (block * block), block, block, h, w).permute(0, 1, 4, 2, 5, 3)
            : x.reshape(n, block, block, c / (block * block), h, w).permute(0, 3, 4, 1, 5, 2);
        return parts.reshape(n, c / (block * block), h * block, w * block);
    }

    private static Tensor SpaceToDepth(Node node, Tensor x)
    {
        var (block, (n, c, h, w)) = (node.Int("blocksize", 1), (x.shape[0], x.shape[1], x.shape[2], x.shape[3]));
        return x.reshape(n, c, h / block, block, w / block, block).permute(0, 3, 5, 1, 2, 4).reshape(n, c * block * block, h / block, w / block);
    }
}
