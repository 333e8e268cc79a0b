using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Torch;

/// <summary>Along which axis the rows of a batch lie in each value that depends on them.</summary>
/// <param name="inputs">The inputs, where it is the first.</param>
/// <param name="constants">By name.</param>
internal sealed class BatchAxes(IEnumerable<string> inputs, IReadOnlyDictionary<string, TensorProto> constants)
{
    private readonly Dictionary<string, int> axes = inputs.ToDictionary(i => i, _ => 0);

    /// <summary>The axis; null of values that do not depend on the rows.</summary>
    public int? Of(string value) => axes.TryGetValue(value, out var axis) ? axis : null;

    /// <summary>Says what a value has that came to depend on the rows.</summary>
    public void Set(string value, int axis) => axes[value] = axis;

    /// <summary>Follows the axis through a node, where an operator is not known as its first input has it.</summary>
    public void Follow(NodeProto node)
    {
        if (node.OpType is "Shape" or "Size" || node.Input.Select(Of).FirstOrDefault(a => a is not null) is not { } axis)
        {
            return;
        }
        foreach (var (output, place) in node.Output.Select((o, i) => (o, i)).Where(o => o.o.Length > 0 && !axes.ContainsKey(o.o)))
        {
            axes[output] = node.OpType switch
            {
                "Transpose" => node.Find("perm")?.Ints.IndexOf(axis) ?? axis,
                "LSTM" or "GRU" or "RNN" => node.IntOr("layout", 0) != 0 ? 0 : place == 0 ? 2 : 1,
                "Squeeze" when Axes(node) is { } gone => axis - gone.Count(a => a >= 0 && a < axis),
                "Unsqueeze" when Axes(node) is { } made => made.Order().Aggregate(axis, (at, a) => a >= 0 && a <= at ? at + 1 : at),
                _ => axis,
            };
        }
    }

    private long[]? Axes(NodeProto node) => node.InputAt(1) is { } name && constants.TryGetValue(name, out var tensor) ? Tensors.ToInt64s(tensor) : null;
}
