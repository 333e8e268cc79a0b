using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Trainer.Differentiation;

/// <summary>What a gradient rule may ask and where it writes its nodes.</summary>
/// <param name="graph">The training graph as written so far: the forward nodes, then gradients.</param>
/// <param name="shapes">Dimensions of every forward value; -k is k times the batch.</param>
/// <param name="constants">The forward model's initializers.</param>
/// <param name="learning">Values that depend on a parameter.</param>
/// <remarks>Invariant: the gradient of a value has the value's shape.</remarks>
internal sealed class GradientContext(
    GraphBuilder graph,
    IReadOnlyDictionary<string, long[]> shapes,
    IReadOnlyDictionary<string, TensorProto> constants,
    IReadOnlySet<string> learning)
{
    public GraphBuilder Graph => graph;

    public long[] Shape(string value) => shapes[value];

    /// <summary>Whether a gradient for <paramref name="value"/> is of any use.</summary>
    public bool Learns(string? value) => value is not null && learning.Contains(value);

    /// <summary>The integers of a constant, or null where <paramref name="value"/> is missing or computed.</summary>
    public long[]? Ints(string? value) => value is not null && constants.TryGetValue(value, out var tensor) ? Tensors.ToInt64s(tensor) : null;

    /// <summary>The single float of a constant, or null where <paramref name="value"/> is computed or no scalar.</summary>
    public float? Scalar(string value) =>
        constants.TryGetValue(value, out var tensor) && Tensors.Count(tensor) == 1
        && (TensorProto.Types.DataType)tensor.DataType is TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Double
            ? Tensors.ToFloats(tensor)[0]
            : null;

    /// <summary>The axes of a reduction, Squeeze or Unsqueeze, as attribute or second input, made positive; null where none are given.</summary>
    public long[]? Axes(NodeProto node, int rank)
    {
        var axes = node.Find("axes") is { } attribute ? [.. attribute.Ints] : node.InputAt(1) is null ? null
            : Ints(node.Input[1]) ?? throw Unsupported(node, "axes that are computed");
        return axes?.Select(a => a < 0 ? a + rank : a).ToArray();
    }

    /// <summary>Sums a gradient over the axes along which <paramref name="value"/> was broadcast to <paramref name="from"/>.</summary>
    public string SumTo(string gradient, long[] from, string value)
    {
        var to = Shape(value);
        var leading = from.Length - to.Length;
        var gone = Enumerable.Range(0, leading).Select(i => (long)i).ToArray();
        var kept = Enumerable.Range(0, to.Length).Where(i => to[i] == 1 && from[leading + i] != 1).Select(i => (long)i).ToArray();
        return graph.Sum(graph.Sum(gradient, gone, keep: false), kept, keep: true);
    }

    /// <summary>Gives <paramref name="gradient"/> the shape of <paramref name="value"/>; the number of elements is the same.</summary>
    public string ReshapeLike(string gradient, string value)
    {
        var dims = Shape(value);
        return dims.Count(d => d < 0) <= 1 && !dims.Contains(0)
            ? graph.Reshape(gradient, [.. dims.Select(d => Math.Max(d, -1))])
            : graph.Op("Reshape", [gradient, graph.Shape(value)]);
    }

    public string ExpandLike(string gradient, string value) => graph.Op("Expand", [gradient, graph.Shape(value)]);

    /// <summary>The name of a further output of a forward node, asked for only now that a gradient needs it.</summary>
    public string FurtherOutput(NodeProto node, int index)
    {
        while (node.Output.Count <= index)
        {
            node.Output.Add("");
        }
        if (node.Output[index].Length == 0)
        {
            node.Output[index] = graph.Unique($"{node.Output[0]}_{index}");
        }
        return node.Output[index];
    }

    public static DataException Unsupported(NodeProto node, string what) =>
        new($"cannot differentiate {node.OpType} (node '{node.Name}') with {what}: freeze the parameters before it or write it otherwise");
}
