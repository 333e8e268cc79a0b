using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Operators;

/// <summary>A node of a graph with what it computes.</summary>
/// <param name="proto">As the file has it.</param>
/// <param name="opset">The operator set of the graph.</param>
internal sealed class Node(NodeProto proto, long opset)
{
    private readonly Operator? compute = OperatorTable.Find(proto.Domain is "" or "ai.onnx" ? proto.OpType : $"{proto.Domain}.{proto.OpType}");

    public string Type => proto.OpType;

    public long Opset => opset;

    /// <summary>The values that the node reads; empty where an optional one is left out.</summary>
    public IReadOnlyList<string> Inputs { get; } = [.. proto.Input];

    /// <summary>The values that the node makes; empty where an optional one is left out.</summary>
    public IReadOnlyList<string> Outputs { get; } = [.. proto.Output];

    /// <summary>Computes the outputs; see <see cref="Operator"/>.</summary>
    public Operator Compute => compute ?? throw Refusal("is not known here: train only what comes after it, or export the model without it");

    public bool Has(string attribute) => proto.Find(attribute) is not null;

    /// <summary>Whether somebody may read the output at <paramref name="index"/>.</summary>
    public bool Makes(int index) => index < Outputs.Count && Outputs[index].Length > 0;

    public long Int(string attribute, long otherwise) => proto.IntOr(attribute, otherwise);

    public bool Flag(string attribute, bool otherwise = false) => proto.IntOr(attribute, otherwise ? 1 : 0) != 0;

    public float Float(string attribute, float otherwise) => proto.FloatOr(attribute, otherwise);

    public string Text(string attribute, string otherwise) => proto.TextOr(attribute, otherwise);

    public string[] Texts(string attribute) => [.. proto.Find(attribute)?.Strings.Select(s => s.ToStringUtf8()) ?? []];

    /// <summary>Null where the attribute is not there.</summary>
    public long[]? Ints(string attribute) => proto.Find(attribute) is { } found ? [.. found.Ints] : null;

    public TensorProto? Tensor(string attribute) => proto.Find(attribute)?.T;

    /// <summary>The values of a tensor of integers, say a shape.</summary>
    public static long[] Ints(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return TensorConversion.ToArray<long>(tensor.to_type(torch.ScalarType.Int64));
    }

    /// <summary>Types and shapes, for a message.</summary>
    public static string Describe(IEnumerable<Tensor?> inputs) =>
        string.Join(", ", inputs.Select(t => t is null ? "none" : $"{t.dtype}[{string.Join(", ", t.shape)}]"));

    /// <summary>What to throw where the node cannot be computed.</summary>
    public DataException Refusal(string reason, Exception? cause = null) =>
        new($"the operator {(proto.Domain is "" or "ai.onnx" ? "" : proto.Domain + ".")}{Type} (node '{(proto.Name.Length > 0 ? proto.Name : proto.Output.FirstOrDefault())}') {reason}", cause);
}
