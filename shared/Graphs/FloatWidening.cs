using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Graphs;

/// <summary>Makes every real number of a graph a float32: half precision and bfloat16 lose nothing by it, and double comes from float32 rows to float32 scores.</summary>
/// <remarks>So the committee's rules, which are for float32, hold for such models too.</remarks>
internal static class FloatWidening
{
    /// <summary>The attributes that say of which type an operator's output is.</summary>
    private static readonly HashSet<string> TypeAttributes = ["to", "dtype", "output_dtype", "stash_type", "softmax_precision"];

    /// <summary>The same graph in float32; the model itself where it is.</summary>
    public static ModelProto Widen(ModelProto model)
    {
        if (!Bodies.AllGraphs(model.Graph).Any(HasOthers))
        {
            return model;
        }
        var copy = model.Clone();
        foreach (var graph in Bodies.AllGraphs(copy.Graph).ToList())
        {
            foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo).Where(v => v.Type?.TensorType is not null && IsOther(v.Type.TensorType.ElemType)))
            {
                value.Type.TensorType.ElemType = (int)DataType.Float;
            }
            for (var i = 0; i < graph.Initializer.Count; i++)
            {
                graph.Initializer[i] = Widen(graph.Initializer[i]);
            }
            foreach (var attribute in graph.Node.SelectMany(n => n.Attribute))
            {
                if (attribute.T is not null)
                {
                    attribute.T = Widen(attribute.T);
                }
                else if (TypeAttributes.Contains(attribute.Name) && IsOther((int)attribute.I))
                {
                    attribute.I = (int)DataType.Float;
                }
            }
        }
        return copy;
    }

    private static bool HasOthers(GraphProto graph) =>
        graph.Input.Concat(graph.Output).Any(v => v.Type?.TensorType is not null && IsOther(v.Type.TensorType.ElemType))
        || graph.Initializer.Any(t => IsOther(t.DataType))
        || graph.Node.SelectMany(n => n.Attribute).Any(a => (a.T is not null && IsOther(a.T.DataType)) || (TypeAttributes.Contains(a.Name) && IsOther((int)a.I)));

    private static bool IsOther(int type) => (DataType)type is DataType.Float16 or DataType.Double or DataType.Bfloat16;

    private static TensorProto Widen(TensorProto tensor) =>
        IsOther(tensor.DataType) ? Tensors.Float(tensor.Name, Tensors.ToFloats(tensor), [.. tensor.Dims]) : tensor;
}
