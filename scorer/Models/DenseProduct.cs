using System.Runtime.InteropServices;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Models;

/// <summary>A product of row vectors with constant weights, as Gemm or MatMul states it: y = x · Weights + Bias.</summary>
/// <param name="Weights">[Inputs, Outputs], row-major, any scale folded in.</param>
/// <param name="Bias">[Outputs]; null where there is none.</param>
internal sealed record DenseProduct(int Inputs, int Outputs, float[] Weights, float[]? Bias)
    : Product(Inputs, Outputs, Weights, Bias, UnitOperations: 1)
{
    /// <summary>The node as such a product, or null when it is none.</summary>
    public static new DenseProduct? Of(NodeProto node, ModelGraph graph) =>
        node.OpType is "Gemm" or "MatMul" && graph.Shapes[node.Input[0]] is [-1, _] && node.IntOr("transA", 0) == 0 ? Of(node, graph.Constants) : null;

    /// <summary>A Gemm or MatMul of row vectors (or, with transA, of their transpose) as such a product, or null where the weights are not constant.</summary>
    public static DenseProduct? Of(NodeProto node, IReadOnlyDictionary<string, TensorProto> constants)
    {
        if (!constants.TryGetValue(node.Input[1], out var tensor) || tensor.Dims.Count != 2 || tensor.DataType != (int)TensorProto.Types.DataType.Float)
        {
            return null;
        }
        var transposed = node.IntOr("transB", 0) != 0;
        var (inputs, outputs) = transposed ? ((int)tensor.Dims[1], (int)tensor.Dims[0]) : ((int)tensor.Dims[0], (int)tensor.Dims[1]);
        var bias = node.InputAt(2);
        if (bias is not null && !(constants.TryGetValue(bias, out var biases) && Tensors.Count(biases) is var n && (n == outputs || n == 1)))
        {
            return null;
        }
        var weights = Tensors.ToFloats(tensor);
        if (transposed)
        {
            weights = Transpose(weights, outputs, inputs);
        }
        Scale(weights, node.FloatOr("alpha", 1));
        return new DenseProduct(inputs, outputs, weights, bias is null ? null : Biases(constants[bias], outputs, node.FloatOr("beta", 1)));
    }

    /// <inheritdoc/>
    public override string Write(GraphBuilder builder, NodeProto node, string input, bool transposed, int[]? read, float[]? factors, int[]? written)
    {
        var (rows, columns) = (read?.Length ?? Inputs, written?.Length ?? Outputs);
        var bytes = new byte[checked(rows * columns * sizeof(float))];
        var cut = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        for (var r = 0; r < rows; r++)
        {
            var unit = read?[r] ?? r;
            var source = Weights.AsSpan(unit * Outputs, Outputs);
            var target = cut.Slice(r * columns, columns);
            for (var c = 0; c < columns; c++)
            {
                target[c] = source[written?[c] ?? c] * (factors?[unit] ?? 1);
            }
        }
        List<string> inputs = [input, builder.Constant(Tensors.Over("weights", bytes, rows, columns))];
        if (CutBias(written) is { } bias)
        {
            inputs.Add(builder.Constant("bias", bias, bias.Length));
        }
        return builder.Op("Gemm", [.. inputs], Attributes.Int("transA", transposed ? 1 : 0));
    }

    private static float[] Biases(TensorProto tensor, int outputs, float beta)
    {
        var values = Tensors.ToFloats(tensor);
        var biases = values.Length == outputs ? values : [.. Enumerable.Repeat(values[0], outputs)];
        Scale(biases, beta);
        return biases;
    }

    private static void Scale(float[] values, float factor)
    {
        if (factor != 1)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] *= factor;
            }
        }
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        var result = new float[values.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                result[c * rows + r] = values[r * columns + c];
            }
        }
        return result;
    }
}
