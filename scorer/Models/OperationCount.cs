using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Models;

/// <summary>Multiply-adds of products per row, which is where the time of a network goes.</summary>
internal static class OperationCount
{
    /// <summary>The multiply-adds of <paramref name="node"/> for one row; 0 for what is no product.</summary>
    public static double Of(NodeProto node, ModelGraph graph) => node.OpType switch
    {
        "Gemm" => PerRow(graph.Shapes[node.Output[0]]) * graph.Shapes[node.Input[0]][node.IntOr("transA", 0) != 0 ? 0 : 1],
        "MatMul" or "MatMulInteger" or "QLinearMatMul" => PerRow(graph.Shapes[node.Output[0]]) * graph.Shapes[node.Input[0]][^1],
        "Conv" or "ConvInteger" => OfConvolution(node, 1, graph),
        "QLinearConv" => OfConvolution(node, 3, graph),
        "ConvTranspose" => PerRow(graph.Shapes[node.Input[0]]) * PerRow(graph.Shapes[node.Input[1]]) / graph.Shapes[node.Input[1]][0],
        "LSTM" or "GRU" or "RNN" => graph.Shapes[node.Input[0]][0] * (PerRow(graph.Shapes[node.Input[1]]) + PerRow(graph.Shapes[node.Input[2]])),
        _ => 0,
    };

    /// <summary>The multiply-adds of one plain pass.</summary>
    public static double PlainPass(ModelGraph graph) => graph.Nodes.Sum(n => Of(n, graph));

    private static double OfConvolution(NodeProto node, int weights, ModelGraph graph) =>
        PerRow(graph.Shapes[node.Output[0]]) * PerRow(graph.Shapes[node.Input[weights]]) / graph.Shapes[node.Input[weights]][0];

    private static double PerRow(long[] dims) => dims.Aggregate(1.0, (a, d) => a * Math.Abs(d));
}
