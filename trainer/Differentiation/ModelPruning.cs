using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>Makes a graph ready to be bound: what changes is an input, what nobody asked for is gone.</summary>
internal static class ModelPruning
{
    /// <summary>Replaces initializers by inputs of the same name.</summary>
    public static void TurnIntoInputs(GraphBuilder graph, IEnumerable<string> initializers)
    {
        var model = graph.Model.Graph;
        var declared = model.Input.Select(v => v.Name).ToHashSet();
        foreach (var name in initializers)
        {
            var tensor = model.Initializer.First(t => t.Name == name);
            model.Initializer.Remove(tensor);
            if (!declared.Contains(name))
            {
                // The builder knows the name as taken; the input takes it over from the initializer.
                model.Input.Add(Input(name, tensor));
            }
        }
    }

    /// <summary>Removes nodes and initializers that no output depends on.</summary>
    public static void RemoveUnused(ModelProto model)
    {
        var needed = model.Graph.Output.Select(o => o.Name).ToHashSet();
        for (var i = model.Graph.Node.Count - 1; i >= 0; i--)
        {
            var node = model.Graph.Node[i];
            if (node.Output.Any(needed.Contains))
            {
                needed.UnionWith(node.Input);
            }
            else
            {
                model.Graph.Node.RemoveAt(i);
            }
        }
        for (var i = model.Graph.Initializer.Count - 1; i >= 0; i--)
        {
            if (!needed.Contains(model.Graph.Initializer[i].Name))
            {
                model.Graph.Initializer.RemoveAt(i);
            }
        }
    }

    private static ValueInfoProto Input(string name, TensorProto tensor)
    {
        var shape = new TensorShapeProto();
        shape.Dim.AddRange(tensor.Dims.Select(d => new TensorShapeProto.Types.Dimension { DimValue = d }));
        var type = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = shape };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = type } };
    }
}
