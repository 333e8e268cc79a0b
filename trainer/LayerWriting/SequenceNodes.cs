using ParquetPool.Graphs;

namespace ParquetPool.Trainer.LayerWriting;

/// <summary>One vector of a sequence's steps, padding left out: [batch, steps, width] to [batch, width].</summary>
/// <remarks>A row that is padding throughout gets what zeros give.</remarks>
internal static class SequenceNodes
{
    // Far below what layers give, and no infinity, whose gradient would be none.
    private const float Never = -1e9f;

    public static string Mean(GraphBuilder graph, RowValue row)
    {
        if (row.Present is not { } present)
        {
            return graph.Op("ReduceMean", [row.Name, graph.Ints(1)], Attributes.Int("keepdims", 0));
        }
        var count = graph.Op("Max", [graph.Op("ReduceSum", [present, graph.Ints(1)], Attributes.Int("keepdims", 1)), graph.Scalar(1)]);
        return graph.Op("Div", [Sum(graph, row.Name, present), count]);
    }

    public static string Max(GraphBuilder graph, RowValue row)
    {
        if (row.Present is not { } present)
        {
            return graph.Op("ReduceMax", [row.Name, graph.Ints(1)], Attributes.Int("keepdims", 0));
        }
        var steps = graph.Op("Add", [row.Name, graph.Op("Unsqueeze", [Penalty(graph, present), graph.Ints(2)])]);
        var largest = graph.Op("ReduceMax", [steps, graph.Ints(1)], Attributes.Int("keepdims", 0));
        return graph.Op("Mul", [largest, graph.Op("ReduceMax", [present, graph.Ints(1)], Attributes.Int("keepdims", 1))]);
    }

    public static string Last(GraphBuilder graph, RowValue row)
    {
        if (row.Present is not { } present)
        {
            return graph.Op("Gather", [row.Name, graph.Constant(Tensors.Int64("last", [row.Shape[0] - 1]))], Attributes.Int("axis", 1));
        }
        // The last place that is present: the largest of place · present, places counted from 1.
        var places = graph.Op("Mul", [present, graph.Constant("places", [.. Enumerable.Range(1, row.Shape[0]).Select(p => (float)p)], row.Shape[0])]);
        var last = graph.Op("Max", [graph.Op("ReduceMax", [places, graph.Ints(1)], Attributes.Int("keepdims", 1)), graph.Scalar(1)]);
        var chosen = graph.Op("Cast", [graph.Op("Equal", [places, last])], Attributes.Int("to", (long)Graphs.Onnx.TensorProto.Types.DataType.Float));
        return Sum(graph, row.Name, chosen);
    }

    /// <summary>0 for steps that are there and a large negative number for padding, [batch, steps].</summary>
    public static string Penalty(GraphBuilder graph, string present) => graph.Op("Mul", [graph.Op("Sub", [graph.Scalar(1), present]), graph.Scalar(Never)]);

    private static string Sum(GraphBuilder graph, string steps, string weights) =>
        graph.Op("ReduceSum", [graph.Op("Mul", [steps, graph.Op("Unsqueeze", [weights, graph.Ints(2)])]), graph.Ints(1)], Attributes.Int("keepdims", 0));
}
