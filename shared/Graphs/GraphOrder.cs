using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>Whether every value of a graph is made once, and before it is read.</summary>
internal static class GraphOrder
{
    /// <summary>What is wrong; null where nothing is.</summary>
    public static string? Fault(ModelProto model) =>
        Fault(model.Graph, []) ?? model.Functions.Select(Fault).FirstOrDefault(f => f is not null);

    private static string? Fault(GraphProto graph, HashSet<string> around)
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        if (graph.Input.FirstOrDefault(i => i.Name.Length == 0 || !made.Add(i.Name)) is { } input)
        {
            return $"input '{input.Name}' stands twice or has no name";
        }
        var given = new HashSet<string>(StringComparer.Ordinal);
        if (graph.Initializer.FirstOrDefault(t => t.Name.Length == 0 || !given.Add(t.Name)) is { } tensor)
        {
            return $"constant '{tensor.Name}' stands twice or has no name";
        }
        made.UnionWith(given);
        made.UnionWith(graph.SparseInitializer.Select(s => s.Values?.Name ?? ""));
        return Fault(graph.Node, made, around)
            ?? (graph.Output.FirstOrDefault(o => !made.Contains(o.Name) && !around.Contains(o.Name)) is { } output ? $"output '{output.Name}' is made by no node" : null);
    }

    private static string? Fault(FunctionProto function)
    {
        var made = new HashSet<string>(function.Input, StringComparer.Ordinal);
        return Fault(function.Node, made, [])
            ?? (function.Output.FirstOrDefault(o => !made.Contains(o)) is { } output ? $"output '{output}' of function '{function.Name}' is made by no node" : null);
    }

    private static string? Fault(IEnumerable<NodeProto> nodes, HashSet<string> made, HashSet<string> around)
    {
        foreach (var node in nodes)
        {
            if (node.Input.FirstOrDefault(i => i.Length > 0 && !made.Contains(i) && !around.Contains(i)) is { } unknown)
            {
                return $"node '{node.Name}' ({node.OpType}) reads '{unknown}', which no node before it makes";
            }
            foreach (var body in Bodies.Of(node))
            {
                if (Fault(body, [.. around, .. made]) is { } inside)
                {
                    return inside;
                }
            }
            if (node.Output.FirstOrDefault(o => o.Length > 0 && !made.Add(o)) is { } twice)
            {
                return $"'{twice}' is made twice";
            }
        }
        return null;
    }
}
