using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Torch;

/// <summary>Graphs that were exported for one number of rows.</summary>
internal static class FixedBatch
{
    private const string Batch = "batch";

    /// <summary>The number of rows that all inputs fix; null where they leave it open, or differ.</summary>
    public static long? Rows(ModelProto model) =>
        Inputs(model).Select(v => ModelFile.Dims(v)[0]).Distinct().ToArray() is [> 0 and var rows] ? rows : null;

    /// <summary>A copy that takes any number of rows; the graph itself where it does already.</summary>
    /// <remarks>
    /// The first dimension of inputs and outputs becomes free where all inputs fix it at the same number, and so does what <see cref="RowsRelaxed"/> finds inside. What depends on the number
    /// in another way stays: such a graph fails for other numbers, or gives other values, which is for the caller to find out.
    /// </remarks>
    /// <param name="model">As <see cref="OpsetUpgrade"/> leaves it.</param>
    public static ModelProto Relaxed(ModelProto model)
    {
        if (Rows(model) is not { } rows)
        {
            return model;
        }
        var written = new GraphBuilder(model);
        var graph = written.Model.Graph;
        var inputs = Inputs(written.Model);
        foreach (var value in inputs.Concat(graph.Output.Where(o => ModelFile.Dims(o) is [var first, ..] && first == rows)))
        {
            value.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = Batch };
        }
        graph.ValueInfo.Clear();
        var nodes = graph.Node.ToList();
        graph.Node.Clear();
        var relaxed = new RowsRelaxed(written, [.. inputs.Select(i => i.Name)], rows, nodes);
        nodes.ForEach(relaxed.Write);
        return written.Model;
    }

    private static List<ValueInfoProto> Inputs(ModelProto model) => [.. ModelFile.FeatureInputs(model).Where(v => ModelFile.Dims(v).Length > 0)];
}
