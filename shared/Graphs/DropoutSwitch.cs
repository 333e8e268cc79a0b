using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>Switches dropout on and off in a copy of a graph.</summary>
public static class DropoutSwitch
{
    /// <summary>The same graph in which an input that only says whether dropout is active is a constant that says so; the model itself where it has none.</summary>
    public static ModelProto On(ModelProto model)
    {
        var modes = ModelFile.FeatureInputs(model).Select(v => v.Name).Where(name => IsMode(name, model.Graph)).ToHashSet();
        if (modes.Count == 0)
        {
            return model;
        }
        var copy = model.Clone();
        foreach (var input in copy.Graph.Input.Where(v => modes.Contains(v.Name)).ToList())
        {
            copy.Graph.Input.Remove(input);
            copy.Graph.Initializer.Add(new TensorProto { Name = input.Name, DataType = (int)TensorProto.Types.DataType.Bool, Int32Data = { 1 } });
        }
        return copy;
    }

    private static bool IsMode(string input, GraphProto graph)
    {
        var readers = Bodies.AllNodes(graph).Where(n => Bodies.Reads(n).Contains(input)).ToList();
        return readers.Count > 0 && graph.Output.All(o => o.Name != input)
            && readers.All(n => n.OpType == "Dropout" && n.InputAt(2) == input && n.InputAt(0) != input && n.InputAt(1) != input);
    }

    /// <summary>The same graph with every dropout passing its input on.</summary>
    public static ModelProto Off(ModelProto model)
    {
        var copy = model.Clone();
        foreach (var node in Bodies.AllNodes(copy.Graph).Where(n => n.OpType == "Dropout"))
        {
            // Without a ratio and a mode, a dropout is the identity in any operator set.
            while (node.Input.Count > 1)
            {
                node.Input.RemoveAt(1);
            }
        }
        return copy;
    }
}
