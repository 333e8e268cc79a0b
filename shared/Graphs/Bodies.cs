using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>The graphs inside nodes: the branches of If, the bodies of Loop and Scan. They may read the values of the graphs around them.</summary>
public static class Bodies
{
    /// <summary>The graphs right inside a node.</summary>
    public static IEnumerable<GraphProto> Of(NodeProto node) =>
        node.Attribute.Count == 0 ? [] : node.Attribute.SelectMany(a => a.G is null ? a.Graphs : a.Graphs.Prepend(a.G));

    /// <summary>All nodes of a graph, those inside its nodes too, in the order of the file.</summary>
    public static IEnumerable<NodeProto> AllNodes(GraphProto graph) => AllNodes(graph.Node);

    /// <summary>The same of a function's.</summary>
    public static IEnumerable<NodeProto> AllNodes(FunctionProto function) => AllNodes(function.Node);

    /// <summary>All nodes of a model, those of its functions too.</summary>
    public static IEnumerable<NodeProto> AllNodes(ModelProto model) => AllNodes(model.Graph).Concat(model.Functions.SelectMany(AllNodes));

    /// <summary>All constants of a model, wherever they stand.</summary>
    public static IEnumerable<TensorProto> AllTensors(ModelProto model) => model.Graph.Initializer.Concat(AllNodes(model).SelectMany(node =>
        node.Attribute.Where(a => a.T is not null).Select(a => a.T).Concat(Of(node).SelectMany(g => g.Initializer))));

    /// <summary>The graph and all graphs inside it.</summary>
    public static IEnumerable<GraphProto> AllGraphs(GraphProto graph) => AllNodes(graph).SelectMany(Of).Prepend(graph);

    /// <summary>The values that the graphs inside a node read and do not make themselves, each once.</summary>
    public static IReadOnlyList<string> Captured(NodeProto node) => [.. Of(node).SelectMany(Captured).Distinct()];

    /// <summary>Everything a node reads, what the graphs inside it capture included.</summary>
    public static IEnumerable<string> Reads(NodeProto node) => node.Attribute.Count == 0 ? node.Input : node.Input.Concat(Captured(node));

    /// <summary>The names that the graphs inside a graph's nodes give to values.</summary>
    public static IEnumerable<string> InnerNames(GraphProto graph) => AllGraphs(graph).Skip(1).SelectMany(Names);

    /// <summary>Gives the values that a node's inner graphs capture other names.</summary>
    public static void RenameCaptured(NodeProto node, IReadOnlyDictionary<string, string> names)
    {
        foreach (var body in Of(node))
        {
            var own = Names(body).ToHashSet();
            var outer = names.Where(n => !own.Contains(n.Key)).ToDictionary();
            foreach (var inner in body.Node)
            {
                Rename(inner.Input, outer);
                RenameCaptured(inner, outer);
            }
            foreach (var output in body.Output.Where(o => outer.ContainsKey(o.Name)))
            {
                output.Name = outer[output.Name];
            }
        }
    }

    /// <summary>Replaces the names that have another.</summary>
    public static void Rename(IList<string> values, IReadOnlyDictionary<string, string> names)
    {
        for (var i = 0; i < values.Count; i++)
        {
            values[i] = names.GetValueOrDefault(values[i], values[i]);
        }
    }

    private static IEnumerable<NodeProto> AllNodes(IEnumerable<NodeProto> nodes) => nodes.SelectMany(node => Of(node).SelectMany(AllNodes).Prepend(node));

    private static IEnumerable<string> Captured(GraphProto body)
    {
        var own = Names(body).ToHashSet();
        return body.Node.SelectMany(Reads).Concat(body.Output.Select(o => o.Name)).Where(name => name.Length > 0 && !own.Contains(name));
    }

    private static IEnumerable<string> Names(GraphProto graph) =>
        graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(t => t.Name)).Concat(graph.Node.SelectMany(n => n.Output));
}
