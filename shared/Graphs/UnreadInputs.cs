using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>Leaves out the inputs that no operator reads, as exporters declare them of whatever a model was called with.</summary>
internal static class UnreadInputs
{
    /// <summary>The same graph without them; the model itself where all are read, or none.</summary>
    public static ModelProto Drop(ModelProto model)
    {
        var read = model.Graph.Node.SelectMany(Bodies.Reads).Concat(model.Graph.Output.Select(o => o.Name)).ToHashSet();
        var inputs = ModelFile.FeatureInputs(model).ToLookup(v => read.Contains(v.Name), v => v.Name);
        if (!inputs[false].Any() || !inputs[true].Any())
        {
            return model;
        }
        var copy = model.Clone();
        foreach (var unread in copy.Graph.Input.Where(v => inputs[false].Contains(v.Name)).ToList())
        {
            copy.Graph.Input.Remove(unread);
        }
        return copy;
    }
}
