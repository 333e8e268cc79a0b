using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Gradients of matrix products.</summary>
internal static class Products
{
    /// <summary>Y = α A′ B′ + β C, where ′ is an optional transposition.</summary>
    public static string?[] Gemm(GradientContext c, NodeProto node, string dy)
    {
        var (a, b, bias) = (node.Input[0], node.Input[1], node.InputAt(2));
        var (transA, transB) = (node.IntOr("transA", 0) != 0, node.IntOr("transB", 0) != 0);
        var (alpha, beta) = (node.FloatOr("alpha", 1), node.FloatOr("beta", 1));
        string Product(string left, string right, bool turnLeft, bool turnRight) => c.Graph.Op(
            "Gemm",
            [left, right],
            Attributes.Float("alpha", alpha),
            Attributes.Int("transA", turnLeft ? 1 : 0),
            Attributes.Int("transB", turnRight ? 1 : 0));
        return [
            !c.Learns(a) ? null : transA ? Product(b, dy, transB, true) : Product(dy, b, false, !transB),
            !c.Learns(b) ? null : transB ? Product(dy, a, true, transA) : Product(a, dy, !transA, false),
            !c.Learns(bias) ? null : c.Graph.Scale(c.SumTo(dy, c.Shape(node.Output[0]), bias!), beta)];
    }

    public static string?[] MatMul(GradientContext c, NodeProto node, string dy)
    {
        var (a, b) = (node.Input[0], node.Input[1]);
        var (left, right) = (c.Shape(a), c.Shape(b));
        return right.Length == 2 && (left.Length == 2 || (left.Length > 2 && right.All(d => d > 0))) ? ByMatrix(c, a, b, dy)
            : left.Length >= 2 && right.Length >= 2 ? Batched(c, a, b, dy, c.Shape(node.Output[0]))
            : WithVector(c, a, b, dy, c.Shape(node.Output[0]));
    }

    /// <summary>[..., n, k] · [k, m]: every leading axis is a row of one product.</summary>
    private static string?[] ByMatrix(GradientContext c, string a, string b, string dy)
    {
        var (left, right) = (c.Shape(a), c.Shape(b));
        var flat = left.Length == 2;
        var rows = flat ? dy : c.Graph.Reshape(dy, -1, right[1]);
        string? da = null, db = null;
        if (c.Learns(a))
        {
            var product = c.Graph.Op("Gemm", [rows, b], Attributes.Int("transB", 1));
            da = flat ? product : c.ReshapeLike(product, a);
        }
        if (c.Learns(b))
        {
            db = c.Graph.Op("Gemm", [flat ? a : c.Graph.Reshape(a, -1, right[0]), rows], Attributes.Int("transA", 1));
        }
        return [da, db];
    }

    private static string?[] Batched(GradientContext c, string a, string b, string dy, long[] output)
    {
        var (left, right) = (c.Shape(a), c.Shape(b));
        return [
            c.Learns(a) ? c.SumTo(c.Graph.Op("MatMul", [dy, Turned(c, b, right.Length)]), [.. output[..^2], .. left[^2..]], a) : null,
            c.Learns(b) ? c.SumTo(c.Graph.Op("MatMul", [Turned(c, a, left.Length), dy]), [.. output[..^2], .. right[^2..]], b) : null];
    }

    /// <summary>A vector is a matrix with one row (left) or one column (right): the outer product is broadcast, then summed.</summary>
    private static string?[] WithVector(GradientContext c, string a, string b, string dy, long[] output)
    {
        var (left, right) = (c.Shape(a), c.Shape(b));
        // Both as [..., k, m] with a 1 for what the vector lacks.
        var slope = right.Length == 1 ? c.Graph.Unsqueeze(dy, output.Length) : dy;
        var dims = right.Length == 1 ? [.. output, 1L] : output;
        if (left.Length == 1)
        {
            slope = c.Graph.Unsqueeze(slope, dims.Length - 1);
            dims = [.. dims[..^1], 1, dims[^1]];
        }
        var rightMatrix = right.Length == 1 ? c.Graph.Unsqueeze(b, 1) : b;
        var leftMatrix = left.Length == 1 ? c.Graph.Unsqueeze(a, 0) : a;
        string? da = null, db = null;
        if (c.Learns(a))
        {
            da = c.Graph.Op("MatMul", [slope, Turned(c, rightMatrix, Math.Max(2, right.Length))]);
            da = left.Length == 1 ? c.SumTo(c.Graph.Squeeze(da, -2), [.. dims[..^2], left[0]], a) : da;
        }
        if (c.Learns(b))
        {
            db = c.Graph.Op("MatMul", [Turned(c, leftMatrix, Math.Max(2, left.Length)), slope]);
            db = right.Length == 1 ? c.SumTo(c.Graph.Squeeze(db, -1), [.. dims[..^2], right[0]], b) : db;
        }
        return [da, db];
    }

    private static string Turned(GradientContext c, string matrix, int rank)
    {
        var order = Enumerable.Range(0, rank).Select(i => (long)i).ToArray();
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return c.Graph.Transpose(matrix, order);
    }
}
