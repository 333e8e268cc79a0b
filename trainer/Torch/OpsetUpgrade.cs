using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Torch;

/// <summary>Lifts a graph of operator set 7 to 20 to the forms of operator set 20, in which everything else knows the operators.</summary>
internal static class OpsetUpgrade
{
    private const int Least = 7;

    /// <summary>The operator set of the lifted model.</summary>
    public static long Version(ModelProto model) => Math.Max(ModelFile.Opset(model), GraphBuilder.Opset);

    /// <summary>A lifted copy, its Constant nodes turned into initializers; values and weights keep their names.</summary>
    /// <exception cref="DataException">The model's operator set is older.</exception>
    public static ModelProto Of(ModelProto model)
    {
        var opset = ModelFile.Opset(model);
        if (opset < Least)
        {
            throw new DataException($"the model uses operator set {opset}, training needs {Least} or later: export it again");
        }
        var graph = new GraphBuilder(model);
        var nodes = graph.Model.Graph.Node.ToList();
        graph.Model.Graph.Node.Clear();
        foreach (var node in nodes)
        {
            if (node.OpType == "Constant" && Value(node) is { } tensor)
            {
                tensor.Name = node.Output[0];
                graph.Model.Graph.Initializer.Add(tensor);
            }
            else
            {
                graph.Model.Graph.Node.Add(node);
            }
        }
        return graph.Model;
    }

    private static TensorProto? Value(NodeProto constant) =>
        constant.Find("value")?.T?.Clone()
        ?? (constant.Find("value_float") is { } f ? Tensors.Float("", [f.F]) : null)
        ?? (constant.Find("value_floats") is { } floats ? Tensors.Float("", [.. floats.Floats], floats.Floats.Count) : null)
        ?? (constant.Find("value_int") is { } i ? Tensors.Int64("", [i.I]) : null)
        ?? (constant.Find("value_ints") is { } ints ? Tensors.Int64("", [.. ints.Ints], ints.Ints.Count) : null);
}
