using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Torch;

namespace ParquetPool.Trainer.Transfer;

/// <summary>The graph of a given model, ready to be written into a network: of the newest operator set, for any number of rows, with names that the network does not use.</summary>
internal static class GivenGraph
{
    /// <param name="taken">Names that the network's inputs and outputs have.</param>
    /// <param name="asExported">Whether to leave a fixed number of rows as it is.</param>
    /// <exception cref="DataException">The graph has parts that cannot be trained.</exception>
    public static ModelProto Of(ModelPackage package, IReadOnlyCollection<string> taken, bool asExported = false)
    {
        var model = OpsetUpgrade.Of(package.Model);
        model = asExported ? model : FixedBatch.Relaxed(model);
        if (model.Graph.Node.FirstOrDefault(n => n.Attribute.Any(a => a.G is not null)) is { } nested)
        {
            throw new DataException($"{package.Path}: {nested.OpType} (node '{nested.Name}') holds a graph of its own, which cannot be trained: export the model without loops and branches");
        }
        model.Graph.ValueInfo.Clear();
        Rename(model.Graph, taken);
        return model;
    }

    /// <summary>Leaves what the outputs need.</summary>
    public static void Prune(GraphProto graph)
    {
        var needed = graph.Output.Select(o => o.Name).ToHashSet();
        for (var i = graph.Node.Count - 1; i >= 0; i--)
        {
            if (graph.Node[i].Output.Any(needed.Contains))
            {
                needed.UnionWith(graph.Node[i].Input);
            }
            else
            {
                graph.Node.RemoveAt(i);
            }
        }
        var unread = graph.Initializer.Where(t => !needed.Contains(t.Name)).ToList();
        unread.ForEach(t => graph.Initializer.Remove(t));
    }

    private static void Rename(GraphProto graph, IReadOnlyCollection<string> taken)
    {
        var names = new GraphBuilder(new ModelProto { Graph = graph.Clone() });
        var renamed = taken.Concat(graph.Output.Select(o => o.Name)).Distinct().ToDictionary(name => name, name => names.Unique($"given_{name}"));
        string New(string name) => renamed.GetValueOrDefault(name, name);
        foreach (var node in graph.Node)
        {
            node.Name = node.Name.StartsWith("output_", StringComparison.Ordinal) ? $"given_{node.Name}" : node.Name; // The network's own outputs have such.
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = New(node.Input[i]);
            }
            for (var i = 0; i < node.Output.Count; i++)
            {
                node.Output[i] = New(node.Output[i]);
            }
        }
        foreach (var value in graph.Input.Concat(graph.Output))
        {
            value.Name = New(value.Name);
        }
        foreach (var tensor in graph.Initializer)
        {
            tensor.Name = New(tensor.Name);
        }
    }
}
