using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;

namespace ParquetPool.Scorer.Outputs;

/// <summary>Cuts a graph down to what leads to some of its values.</summary>
internal static class GraphPart
{
    /// <summary>The part of a model that leads to the given values, which become its outputs.</summary>
    public static ModelProto Of(ModelProto model, params IReadOnlyList<string> values)
    {
        var result = model.Clone();
        var outputs = values.Select(value => result.Graph.Output.FirstOrDefault(o => o.Name == value) ?? new ValueInfoProto { Name = value }).ToList();
        result.Graph.Output.Clear();
        result.Graph.Output.AddRange(outputs);
        var needed = ModelGraph.Needed(model.Graph, values);
        result.Graph.Node.Clear();
        result.Graph.Node.AddRange(model.Graph.Node.Where(n => n.Output.Any(needed.Contains)).Select(n => n.Clone()));
        return result;
    }
}
