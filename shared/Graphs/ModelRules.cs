using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Graphs;

/// <summary>What every model must keep to before anything else looks at it, because it may come from anywhere.</summary>
/// <remarks>So the rest may rely on it: every value is made once and before it is read, every node makes one, tensors are as long as they say.</remarks>
internal static class ModelRules
{
    /// <summary>The most numbers that a row may have for one input.</summary>
    public const long MostNumbers = 1L << 27;

    /// <exception cref="DataException">The model breaks a rule; the message says which.</exception>
    public static void Require(ModelProto model, string path)
    {
        if ((Bodies.AllNodes(model).Select(Fault).FirstOrDefault(f => f is not null)
            ?? model.Functions.Select(Fault).FirstOrDefault(f => f is not null)
            ?? FunctionCalls.Fault(model)
            ?? Inputs(model.Graph)
            ?? GraphOrder.Fault(model)
            ?? Bodies.AllTensors(model).Select(Fault).FirstOrDefault(f => f is not null)) is { } fault)
        {
            throw new DataException($"{path}: {fault}: export the model again");
        }
    }

    private static string? Fault(NodeProto node) =>
        node.OpType.Length == 0 ? $"node '{node.Name}' has no operator"
        : node.Output.All(o => o.Length == 0) || node.Output[0].Length == 0 && node.OpType is not ("Dropout" or "LSTM" or "GRU" or "RNN" or "Split" or "Loop" or "Scan" or "If") ? $"node '{node.Name}' ({node.OpType}) makes no value"
        : node.Attribute.GroupBy(a => a.Name).FirstOrDefault(a => a.Skip(1).Any()) is { Key: var twice } ? $"node '{node.Name}' ({node.OpType}) has the attribute '{twice}' twice"
        : node.OpType is "Dropout" or "Identity" or "If" or "Loop" or "Softmax" or "LogSoftmax" or "Sigmoid" or "Log" or "ZipMap" && node.Domain is "" or "ai.onnx" or "ai.onnx.ml" && (node.Input.Count == 0 || (node.Input[0].Length == 0 && node.OpType != "Loop")) ? $"node '{node.Name}' ({node.OpType}) reads nothing"
        : null;

    private static string? Inputs(GraphProto graph) =>
        graph.Input.Select(i => (i.Name, Dims: ModelFile.Dims(i))).FirstOrDefault(i => i.Dims.Where(d => d > 0).Aggregate(1.0, (a, d) => a * d) > MostNumbers) is { Name: { } wide } input
            ? $"input '{wide}' has shape [{string.Join(", ", input.Dims)}], expected at most {MostNumbers:N0} numbers a row"
        : null;

    private static string? Fault(FunctionProto function) =>
        function.AttributeProto.GroupBy(a => a.Name).FirstOrDefault(a => a.Skip(1).Any()) is { Key: var twice } ? $"function '{function.Name}' has the attribute '{twice}' twice" : null;

    /// <summary>What is wrong with a tensor; one whose numbers lie in another file is to be asked for again when they are read.</summary>
    internal static string? Fault(TensorProto tensor)
    {
        if (tensor.Dims.Any(d => d < 0) || tensor.Dims.Aggregate(1.0, (a, d) => a * Math.Max(1, d)) > long.MaxValue / 128)
        {
            return $"tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Dims)}], expected sizes that a tensor can have";
        }
        var (count, bits) = (Tensors.Count(tensor), Bits(tensor.DataType));
        return tensor.DataLocation == TensorProto.Types.DataLocation.External || bits == 0 ? null
            : tensor.RawData.Length > 0 || count == 0 ? tensor.RawData.Length == ((count * bits) + 7) / 8 ? null : $"tensor '{tensor.Name}' of shape [{string.Join(", ", tensor.Dims)}] has {tensor.RawData.Length} bytes, expected {((count * bits) + 7) / 8}"
            : Given(tensor) is { } given && given != count ? $"tensor '{tensor.Name}' of shape [{string.Join(", ", tensor.Dims)}] has {given} numbers, expected {count}"
            : null;
    }

    /// <summary>Of a number; 0 where the type has no numbers of one size that are read here.</summary>
    private static int Bits(int type) => (TensorProto.Types.DataType)type switch
    {
        TensorProto.Types.DataType.Bool or TensorProto.Types.DataType.Int8 or TensorProto.Types.DataType.Uint8 => 8,
        TensorProto.Types.DataType.Int16 or TensorProto.Types.DataType.Uint16 or TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16 => 16,
        TensorProto.Types.DataType.Int32 or TensorProto.Types.DataType.Uint32 or TensorProto.Types.DataType.Float => 32,
        TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Uint64 or TensorProto.Types.DataType.Double => 64,
        _ => 0,
    };

    /// <summary>The numbers that are not raw bytes.</summary>
    private static long? Given(TensorProto tensor) => (TensorProto.Types.DataType)tensor.DataType switch
    {
        TensorProto.Types.DataType.Float => tensor.FloatData.Count,
        TensorProto.Types.DataType.Double => tensor.DoubleData.Count,
        TensorProto.Types.DataType.Int64 => tensor.Int64Data.Count,
        TensorProto.Types.DataType.Uint32 or TensorProto.Types.DataType.Uint64 => tensor.Uint64Data.Count,
        _ => tensor.Int32Data.Count,
    };
}
