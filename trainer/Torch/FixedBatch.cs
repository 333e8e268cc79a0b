using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Torch;

/// <summary>Graphs that were exported for one number of rows.</summary>
internal static class FixedBatch
{
    private const string Batch = "batch";

    /// <summary>Lets a graph take any number of rows, in place.</summary>
    /// <remarks>
    /// The first dimension of inputs and outputs becomes free where all inputs fix it at the same number, and so does that of constant shapes to which values that depend on the inputs
    /// are reshaped: it is what is left over, or where something else is, what it was.
    /// </remarks>
    public static void Relax(ModelProto model)
    {
        var graph = model.Graph;
        var inputs = ModelFile.FeatureInputs(model).Where(v => ModelFile.Dims(v).Length > 0).ToList();
        long[] rows = [.. inputs.Select(v => ModelFile.Dims(v)[0]).Distinct()];
        if (rows is not [> 0 and var batch])
        {
            return;
        }
        foreach (var value in inputs.Concat(graph.Output.Where(o => ModelFile.Dims(o) is [var first, ..] && first == batch)))
        {
            value.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = Batch };
        }
        graph.ValueInfo.Clear();
        var (constants, written) = (graph.Initializer.ToDictionary(t => t.Name), new GraphBuilder(model));
        var depending = inputs.Select(i => i.Name).ToHashSet();
        foreach (var node in graph.Node.Where(n => n.OpType is not ("Shape" or "Size") && n.Input.Any(depending.Contains)))
        {
            depending.UnionWith(node.Output);
            if (node.OpType == "Reshape" && depending.Contains(node.Input[0]) && constants.TryGetValue(node.Input[1], out var shape)
                && Tensors.ToInt64s(shape) is [var first, .. var rest] && first == batch)
            {
                var free = Tensors.Int64(written.Unique($"{shape.Name}_{Batch}"), [rest.Contains(-1) ? 0 : -1, .. rest], rest.Length + 1);
                graph.Initializer.Add(free);
                node.Input[1] = free.Name;
            }
        }
    }
}
