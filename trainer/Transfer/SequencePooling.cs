using ParquetPool.Errors;
using ParquetPool.Graphs;

namespace ParquetPool.Trainer.Transfer;

/// <summary>Makes one vector a row of what a model gives.</summary>
internal static class SequencePooling
{
    /// <summary>
    /// [batch, unit] stays; of [batch, channel, height, width] the mean of each channel; of [batch, place, unit] the mean of the places that an input whose name holds <c>mask</c> marks, or of all.
    /// </summary>
    /// <returns>The value and its units.</returns>
    /// <exception cref="DataException">The value has another number of dimensions, or one that is not known.</exception>
    public static (string Value, int Width) Vectors(GraphBuilder graph, string value, IReadOnlyDictionary<string, long[]> shapes)
    {
        switch (shapes[value])
        {
            case [-1, > 0 and var width]:
                return (value, (int)width);
            case [-1, > 0 and var channels, > 0, > 0]:
                return (graph.Op("Flatten", [graph.Op("GlobalAveragePool", [value])], Attributes.Int("axis", 1)), (int)channels);
            case [-1, > 0 and var places, > 0 and var units]:
                return (Mean(graph, value, Mask(graph, shapes, places)), (int)units);
            case var dims:
                throw new DataException($"the head cannot be put on '{value}' of shape [{string.Join(", ", dims)}], expected [batch, unit], [batch, channel, height, width] or [batch, place, unit]: name another value with --head-on");
        }
    }

    private static string? Mask(GraphBuilder graph, IReadOnlyDictionary<string, long[]> shapes, long places) =>
        graph.Model.Graph.Input.Select(i => i.Name).FirstOrDefault(n => n.Contains("mask", StringComparison.OrdinalIgnoreCase) && shapes[n] is [-1, var width] && width == places);

    private static string Mean(GraphBuilder graph, string value, string? mask)
    {
        if (mask is null)
        {
            return graph.Op("ReduceMean", [value, graph.Ints(1)], Attributes.Int("keepdims", 0));
        }
        var weights = graph.Op("Unsqueeze", [mask, graph.Ints(-1)]);
        var sum = graph.Op("ReduceSum", [graph.Op("Mul", [value, weights]), graph.Ints(1)], Attributes.Int("keepdims", 0));
        var count = graph.Op("Max", [graph.Op("ReduceSum", [weights, graph.Ints(1)], Attributes.Int("keepdims", 0)), graph.Scalar(1)]);
        return graph.Op("Div", [sum, count]);
    }
}
