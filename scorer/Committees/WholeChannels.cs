using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Committees;

/// <summary>Recognises the dropout of whole channels: ones of shape [batch, channel, 1, ...] are dropped, and a feature map is multiplied by what is left.</summary>
internal static class WholeChannels
{
    /// <summary>The feature map and the product, or null when the dropout is of another kind.</summary>
    public static (string Map, string Product)? Of(NodeProto dropout, ModelGraph graph)
    {
        var (ones, left) = (dropout.Input[0], dropout.Output[0]);
        if (!IsOnes(ones, graph) || graph.IsOutput(left) || graph.Consumers(left) is not [{ OpType: "Mul" } product])
        {
            return null;
        }
        var map = product.Input[0] == left ? product.Input[1] : product.Input[0];
        var (mask, shape) = (graph.Shapes[ones], graph.Shapes[map]);
        return map != left && graph.IsRows(map) && mask.Length == shape.Length && mask.Length > 2 && mask[1] == shape[1] && mask.Skip(2).All(d => d == 1)
            ? (map, product.Output[0])
            : null;
    }

    private static bool IsOnes(string value, ModelGraph graph) => graph.Producer(value) switch
    {
        { OpType: "Expand" } expand => graph.IsConstant(expand.Input[0]) && AreOnes(graph.Constants[expand.Input[0]]),
        { OpType: "ConstantOfShape" } filled => filled.Find("value") is { } fill && AreOnes(fill.T),
        _ => false,
    };

    private static bool AreOnes(TensorProto tensor) => tensor.DataType == (int)TensorProto.Types.DataType.Float && Tensors.ToFloats(tensor).All(v => v == 1);
}
