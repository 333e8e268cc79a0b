using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Keeps a value but lets no gradient pass.</summary>
public static class StopGradient
{
    /// <summary>The same values, seen as constant by <see cref="TrainingGraph"/>.</summary>
    /// <remarks>Written as a Cast to float: no gradient passes a Cast, and ONNX Runtime removes one that changes nothing.</remarks>
    public static string Of(GraphBuilder graph, string value) =>
        graph.Op("Cast", [value], Attributes.Int("to", (long)TensorProto.Types.DataType.Float));
}
