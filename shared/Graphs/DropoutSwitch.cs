using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Graphs;

/// <summary>Switches dropout on and off in a copy of a graph.</summary>
public static class DropoutSwitch
{
    /// <summary>Operators that hand on whether dropout is active.</summary>
    private static readonly HashSet<string> Passing = ["Not", "Cast", "Identity", "Squeeze", "Reshape"];

    private static readonly HashSet<DataType> Types = [DataType.Bool, DataType.Int64, DataType.Int32, DataType.Uint8, DataType.Int8, DataType.Float];

    /// <summary>The same graph in which an input that only says whether dropout is active is a constant that says so; the model itself where it has none.</summary>
    public static ModelProto On(ModelProto model)
    {
        var modes = ModelFile.FeatureInputs(model).Where(v => ModelFile.Dims(v).All(d => d == 1)).Select(v => (v.Name, Type: (DataType)(v.Type?.TensorType?.ElemType ?? 0), IsTraining: IsTraining(v.Name, model.Graph)))
            .Where(v => v.IsTraining is not null && Types.Contains(v.Type)).ToDictionary(v => v.Name);
        if (modes.Count == 0)
        {
            return model;
        }
        var copy = model.Clone();
        foreach (var input in copy.Graph.Input.Where(v => modes.ContainsKey(v.Name)).ToList())
        {
            copy.Graph.Input.Remove(input);
            var (type, on) = (modes[input.Name].Type, modes[input.Name].IsTraining == true);
            var value = new TensorProto { Name = input.Name, DataType = (int)type, Dims = { ModelFile.Dims(input) } };
            value.FloatData.Add(type == DataType.Float ? [on ? 1 : 0] : []);
            value.Int64Data.Add(type == DataType.Int64 ? [on ? 1 : 0] : []);
            value.Int32Data.Add(type is DataType.Float or DataType.Int64 ? [] : [on ? 1 : 0]);
            copy.Graph.Initializer.Add(value);
        }
        return copy;
    }

    /// <summary>Whether dropout is active where the value is true, or (false) where it is false; null where something else reads it too, or nothing.</summary>
    private static bool? IsTraining(string value, GraphProto graph)
    {
        var readers = Bodies.AllNodes(graph).Where(n => Bodies.Reads(n).Contains(value)).ToList();
        List<bool?> said =
        [
            .. readers.Select(n =>
                n.OpType == "Dropout" && n.InputAt(2) == value && n.InputAt(0) != value && n.InputAt(1) != value ? true
                : Passing.Contains(n.OpType) && n.Input[0] == value && graph.Node.Contains(n) ? IsTraining(n.Output[0], graph) is { } on ? on != (n.OpType == "Not") : null
                : (bool?)null),
        ];
        return said.Count > 0 && graph.Output.All(o => o.Name != value) && said.Distinct().ToList() is [var one] ? one : null;
    }

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
