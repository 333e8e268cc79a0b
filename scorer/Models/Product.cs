using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Models;

/// <summary>An operation that sums over the units of its first input with constant weights, so that units can be cut out of it.</summary>
/// <param name="Inputs">Units read.</param>
/// <param name="Outputs">Units written.</param>
/// <param name="Weights">Row-major, in the order of the operator.</param>
/// <param name="Bias">[Outputs]; null where there is none.</param>
/// <param name="UnitOperations">Multiply-adds per row for one unit read and one written.</param>
internal abstract record Product(int Inputs, int Outputs, float[] Weights, float[]? Bias, double UnitOperations)
{
    /// <summary>Weights for one unit read and one written.</summary>
    public int UnitWeights => Weights.Length / (Inputs * Outputs);

    /// <summary>The node as a product, or null when it is none.</summary>
    public static Product? Of(NodeProto node, ModelGraph graph) => (Product?)DenseProduct.Of(node, graph) ?? Convolution.Of(node, graph) ?? (Product?)TransposedConvolution.Of(node, graph);

    /// <summary>Writes what is left when only some units are read and written; null is all.</summary>
    /// <param name="factors">What each unit read is multiplied by, [Inputs]; null for 1.</param>
    /// <param name="transposed">Whether the input lies [unit, row].</param>
    public abstract string Write(GraphBuilder builder, NodeProto node, string input, bool transposed, int[]? read, float[]? factors, int[]? written);

    protected float[]? CutBias(int[]? written) => Bias is null || written is null ? Bias : [.. written.Select(o => Bias[o])];
}
