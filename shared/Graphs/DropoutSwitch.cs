using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>Switches dropout off in a copy of a graph.</summary>
public static class DropoutSwitch
{
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
