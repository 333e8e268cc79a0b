using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;

namespace ParquetPool.Contract;

/// <summary>Frees the batch of a model that was exported with a fixed one, as exporters do that are not told otherwise.</summary>
internal static class FreeBatch
{
    /// <summary>The model with a free batch; the model itself where its batch is free already, or where it does not run with another one.</summary>
    public static ModelProto Of(ModelProto model)
    {
        var inputs = ModelFile.FeatureInputs(model).ToDictionary(v => v.Name, ModelFile.Dims);
        if (inputs.Count == 0 || inputs.Values.Any(d => d.Length < 2 || d.Any(side => side <= 0)) || inputs.Values.Select(d => d[0]).Distinct().ToList() is not [var batch])
        {
            return model;
        }
        try
        {
            var freed = Freed(model, batch);
            var shapes = ShapeProbe.Shapes(InputTypes.ToFloats(freed).Model, inputs.ToDictionary(i => i.Key, i => (long[])[-1, .. i.Value[1..]]));
            var outputs = model.Graph.Output.Select(o => shapes.GetValueOrDefault(o.Name)).ToList();
            return outputs.Any(dims => dims is [-1, ..]) && outputs.All(dims => dims is [-1, ..] or [0]) ? freed : model; // [0] is no tensor
        }
        catch (DataException)
        {
            return model;
        }
    }

    private static ModelProto Freed(ModelProto model, long batch)
    {
        var freed = model.Clone();
        freed.Graph.ValueInfo.Clear();
        foreach (var value in ModelFile.FeatureInputs(freed).Concat(freed.Graph.Output).Where(v => v.Type?.TensorType?.Shape?.Dim is [{ HasDimValue: true } first, ..] && first.DimValue == batch))
        {
            value.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension();
        }
        var builder = new GraphBuilder(freed);
        var constants = Shapes(model);
        foreach (var node in builder.Model.Graph.Node.Where(n => n.OpType == "Reshape" && n.IntOr("allowzero", 0) == 0 && n.Input.Count == 2))
        {
            if (constants.TryGetValue(node.Input[1], out var dims) && dims.Length > 0 && dims[0] == batch)
            {
                // With a side left open already, the batch can only be the input's.
                dims[0] = dims.Contains(-1) ? 0 : -1;
                node.Input[1] = builder.Ints(dims);
            }
        }
        return builder.Model;
    }

    /// <summary>The shapes that are given to a Reshape and computed from constants alone, by name.</summary>
    private static Dictionary<string, long[]> Shapes(ModelProto model)
    {
        var ofRows = ModelFile.FeatureInputs(model).Select(v => v.Name).ToHashSet();
        foreach (var node in model.Graph.Node.Where(n => Bodies.Reads(n).Any(ofRows.Contains)))
        {
            ofRows.UnionWith(node.Output);
        }
        var given = model.Graph.Initializer.ToDictionary(t => t.Name);
        var asked = model.Graph.Node.Where(n => n.OpType == "Reshape" && n.Input.Count == 2).Select(n => n.Input[1]).Where(name => !ofRows.Contains(name)).ToHashSet();
        var computed = asked.Where(name => !given.ContainsKey(name)).ToList();
        var known = asked.Where(given.ContainsKey).ToDictionary(name => name, name => Tensors.ToInt64s(given[name]));
        if (computed.Count > 0)
        {
            var constant = model.Clone();
            constant.Graph.Input.Clear();
            constant.Graph.Output.Clear();
            constant.Graph.Output.AddRange(computed.Select(name => new ValueInfoProto { Name = name }));
            var kept = constant.Graph.Node.Where(n => !n.Output.Any(ofRows.Contains)).ToList();
            constant.Graph.Node.Clear();
            constant.Graph.Node.AddRange(kept);
            using var session = new ModelSession(constant);
            foreach (var (name, value) in session.Run(new Dictionary<string, TensorBuffer>(), ShapeProbe.Patience))
            {
                known[name] = Array.ConvertAll(value.Values, v => (long)v);
            }
        }
        return known;
    }
}
