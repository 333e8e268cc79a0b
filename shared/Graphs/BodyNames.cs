using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>Names for what is written out of functions and branches into the graph around them.</summary>
internal sealed class BodyNames
{
    private readonly HashSet<string> taken;
    private readonly Dictionary<NodeProto, Dictionary<string, string>> owned = new(ReferenceEqualityComparer.Instance);

    public BodyNames(GraphProto graph) => taken = [.. Bodies.AllGraphs(graph).SelectMany(g =>
        g.Input.Select(i => i.Name).Concat(g.Initializer.Select(t => t.Name)).Concat(g.Node.SelectMany(n => n.Output)))];

    /// <summary>The names given so far to what a node's branch had.</summary>
    public Dictionary<string, string> Owned(NodeProto node) => owned.TryGetValue(node, out var names) ? names : owned[node] = [];

    /// <summary>A branch's constant under a name of its own.</summary>
    public TensorProto Own(TensorProto tensor, NodeProto node)
    {
        tensor.Name = Owned(node)[tensor.Name] = Unique(tensor.Name);
        return tensor;
    }

    /// <summary>A copy of a body's node.</summary>
    /// <param name="path">What its name begins with.</param>
    /// <param name="map">The body's names and those of the graph around it; new ones are added.</param>
    /// <param name="attributes">What a function's call gives; null in a branch.</param>
    public NodeProto Write(NodeProto node, string path, Dictionary<string, string> map, IReadOnlyDictionary<string, AttributeProto>? attributes)
    {
        var copy = node.Clone();
        copy.Name = node.Name.Length > 0 ? $"{path}/{node.Name}" : $"{path}/{node.OpType}";
        Bodies.Rename(copy.Input, map);
        for (var i = 0; i < copy.Output.Count; i++)
        {
            if (copy.Output[i].Length > 0)
            {
                copy.Output[i] = map.TryGetValue(copy.Output[i], out var name) ? name : map[copy.Output[i]] = Unique(copy.Output[i]);
            }
        }
        Bodies.RenameCaptured(copy, map);
        if (attributes is not null)
        {
            Give(copy, attributes);
        }
        return copy;
    }

    /// <summary>Puts the attributes of a call where a function's nodes refer to them, also inside bodies.</summary>
    private static void Give(NodeProto node, IReadOnlyDictionary<string, AttributeProto> attributes)
    {
        foreach (var reference in node.Attribute.Where(a => a.RefAttrName.Length > 0).ToList())
        {
            node.Attribute.Remove(reference);
            if (attributes.TryGetValue(reference.RefAttrName, out var given))
            {
                var copy = given.Clone();
                copy.Name = reference.Name;
                node.Attribute.Add(copy);
            }
        }
        foreach (var inner in Bodies.Of(node).SelectMany(b => b.Node))
        {
            Give(inner, attributes);
        }
    }

    private string Unique(string stem)
    {
        var name = stem;
        for (var i = 2; !taken.Add(name); i++)
        {
            name = $"{stem}_{i}";
        }
        return name;
    }
}
