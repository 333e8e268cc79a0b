using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Graphs;

/// <summary>Lets a graph whose inputs are whole numbers or truth values be fed with floats, which is what a pool's columns are read as.</summary>
public static class InputTypes
{
    /// <summary>Whole numbers up to here are floats without loss.</summary>
    public const float LargestWhole = (1 << 24) - 1;

    /// <summary>The same graph with float inputs, each cast where it comes in; and the types that the inputs had.</summary>
    /// <exception cref="DataException">An input is no tensor of numbers.</exception>
    public static (ModelProto Model, IReadOnlyDictionary<string, DataType> Types) ToFloats(ModelProto model)
    {
        var types = ModelFile.FeatureInputs(model).ToDictionary(v => v.Name, v => (DataType)(v.Type?.TensorType?.ElemType ?? 0));
        if (types.FirstOrDefault(t => t.Value != DataType.Float && Range(t.Value) is null) is { Key: { } odd })
        {
            throw new DataException($"input '{odd}' takes {(types[odd] == DataType.Undefined ? "no tensor" : types[odd].ToString().ToUpperInvariant())}, expected a tensor of floats, integers or booleans: export the model with such inputs");
        }
        var whole = types.Where(t => t.Value != DataType.Float).ToDictionary();
        if (whole.Count == 0)
        {
            return (model, whole);
        }
        var copy = model.Clone();
        var taken = Bodies.AllGraphs(copy.Graph).SelectMany(g => g.Node).SelectMany(n => n.Output).ToHashSet();
        var names = whole.Keys.ToDictionary(name => name, name => Free($"{name}_whole", taken));
        foreach (var node in copy.Graph.Node)
        {
            Bodies.Rename(node.Input, names);
            Bodies.RenameCaptured(node, names);
        }
        foreach (var (at, (name, type)) in whole.Index())
        {
            copy.Graph.Input.Single(v => v.Name == name).Type.TensorType.ElemType = (int)DataType.Float;
            copy.Graph.Node.Insert(at, new NodeProto { OpType = "Cast", Name = names[name], Input = { name }, Output = { names[name] }, Attribute = { Attributes.Int("to", (long)type) } });
        }
        return (copy, whole);
    }

    /// <summary>The whole numbers that an input of this type takes from a pool; null for other types.</summary>
    public static (float Least, float Most)? Range(DataType type) => type switch
    {
        DataType.Bool => (0, 1),
        DataType.Uint8 => (0, byte.MaxValue),
        DataType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        DataType.Uint16 => (0, ushort.MaxValue),
        DataType.Int16 => (short.MinValue, short.MaxValue),
        DataType.Uint32 or DataType.Uint64 => (0, LargestWhole),
        DataType.Int32 or DataType.Int64 => (-LargestWhole, LargestWhole),
        _ => null,
    };

    private static string Free(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
        {
            name += "_";
        }
        return name;
    }
}
