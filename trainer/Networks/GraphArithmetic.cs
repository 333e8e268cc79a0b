using ParquetPool.Graphs;

namespace ParquetPool.Trainer.Networks;

/// <summary>The few nodes that a preprocessing is mostly made of.</summary>
internal static class GraphArithmetic
{
    private const float LeastSquare = 1e-12f;

    public static string Add(this GraphBuilder graph, string a, string b) => graph.Op("Add", [a, b]);

    public static string Sub(this GraphBuilder graph, string a, string b) => graph.Op("Sub", [a, b]);

    public static string Mul(this GraphBuilder graph, string a, string b) => graph.Op("Mul", [a, b]);

    public static string Div(this GraphBuilder graph, string a, string b) => graph.Op("Div", [a, b]);

    public static string Sum(this GraphBuilder graph, string a, ReadOnlySpan<long> axes) => graph.Op("ReduceSum", [a, graph.Ints(axes)]);

    public static string Mean(this GraphBuilder graph, string a, ReadOnlySpan<long> axes) => graph.Op("ReduceMean", [a, graph.Ints(axes)]);

    public static string Reshape(this GraphBuilder graph, string a, params ReadOnlySpan<long> dims) => graph.Op("Reshape", [a, graph.Ints(dims)]);

    /// <summary>Each row of [batch, unit] divided by its length; a row of zeros stays one.</summary>
    public static string Normalise(this GraphBuilder graph, string rows) =>
        graph.Div(rows, graph.Op("Sqrt", [graph.Add(graph.Sum(graph.Mul(rows, rows), [1]), graph.Scalar(LeastSquare))]));
}
