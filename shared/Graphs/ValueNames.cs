using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>The names of a graph's values and nodes.</summary>
public static class ValueNames
{
    /// <summary>Gives nodes, values, outputs and initialisers other names; the graph's inputs keep theirs where they are declared, and what leaves an optional input out stays empty.</summary>
    public static void Rename(GraphProto graph, Func<string, string> rename)
    {
        foreach (var node in graph.Node)
        {
            node.Name = New(node.Name);
            for (var i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = New(node.Input[i]);
            }
            for (var i = 0; i < node.Output.Count; i++)
            {
                node.Output[i] = New(node.Output[i]);
            }
        }
        foreach (var value in graph.Output)
        {
            value.Name = New(value.Name);
        }
        foreach (var tensor in graph.Initializer)
        {
            tensor.Name = New(tensor.Name);
        }

        string New(string name) => name.Length == 0 ? name : rename(name);
    }
}
