using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Models;

/// <summary>Folds constants that are brought into a shape which is the same for any number of rows but is computed from them: our trainer hides weights that are dropped so from ONNX Runtime, which would fail on them.</summary>
internal static class FixedShapes
{
    private const long MostNumbers = 1 << 24;

    /// <summary>The model with every such Reshape, and every such Expand of one number, made a constant. What a shape is computed from may be how many rows there are, and not what they hold.</summary>
    /// <param name="shapes">Of every value, -1 for the batch.</param>
    public static ModelProto Fold(ModelProto model, IReadOnlyDictionary<string, long[]> shapes)
    {
        var folded = model.Clone();
        var constants = folded.Graph.Initializer.ToDictionary(t => t.Name);
        var ofRows = folded.Graph.Input.Select(i => i.Name).Where(name => !constants.ContainsKey(name)).ToHashSet();
        foreach (var node in folded.Graph.Node.ToList())
        {
            if (node.OpType is not ("Shape" or "Size") && (node.Input.Any(ofRows.Contains) || node.Attribute.Any(a => a.G is not null)))
            {
                ofRows.UnionWith(node.Output);
            }
            if (node.OpType is "Reshape" or "Expand" && !constants.ContainsKey(node.Input[1]) && !ofRows.Contains(node.Input[1]) && constants.TryGetValue(node.Input[0], out var value) && value.DataType == (int)DataType.Float
                && shapes[node.Output[0]] is var shape && shape.All(d => d > 0) && shape.Aggregate(1L, (a, d) => a * d) is var count && (node.OpType == "Reshape" || (Tensors.Count(value) == 1 && count <= MostNumbers)))
            {
                float[] numbers = Tensors.ToFloats(value);
                constants[node.Output[0]] = Tensors.Float(node.Output[0], node.OpType == "Reshape" ? numbers : [.. Enumerable.Repeat(numbers[0], (int)count)], shape);
                folded.Graph.Initializer.Add(constants[node.Output[0]]);
                folded.Graph.Node.Remove(node);
            }
        }
        return folded;
    }
}
