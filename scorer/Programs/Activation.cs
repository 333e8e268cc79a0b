using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Programs;

/// <summary>What follows a step: x for x ≥ 0, and <see cref="Slope"/> · x below. A NaN stays one.</summary>
/// <param name="Slope">1 for the identity, 0 for Relu (where −∞ becomes 0), else LeakyRelu.</param>
internal readonly record struct Activation(float Slope)
{
    public static readonly Activation None = new(1);

    /// <summary>The activation that a node is; null where it is none of these.</summary>
    public static Activation? Of(NodeProto node) => node.OpType switch
    {
        "Relu" => new(0),
        "LeakyRelu" => new(node.FloatOr("alpha", 0.01f)),
        _ => null,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Apply(Vector512<float> x) =>
        Slope == 1 ? x : Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Slope == 0 ? Vector512<float>.Zero : x * Slope, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Apply(Vector256<float> x) =>
        Slope == 1 ? x : Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), Slope == 0 ? Vector256<float>.Zero : x * Slope, x);
}
