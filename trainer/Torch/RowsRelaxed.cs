using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Torch;

/// <summary>Writes the nodes of a graph that was exported for one number of rows so that they take any number.</summary>
/// <remarks>
/// Changed are: constant shapes of Reshape, Expand, ConstantOfShape and Tile, also as the start of a Concat that makes one; a Slice or Split that leaves all rows; constants that are joined to rows by Concat or
/// by arithmetic, and first states of recurrent layers, where they are the same for each row.
/// </remarks>
/// <param name="graph">Gets the nodes.</param>
/// <param name="inputs">Their first dimension is the batch.</param>
/// <param name="rows">The number that the graph was made for.</param>
/// <param name="nodes">All nodes.</param>
internal sealed class RowsRelaxed(GraphBuilder graph, IReadOnlyList<string> inputs, long rows, IReadOnlyList<NodeProto> nodes)
{
    private readonly Dictionary<string, TensorProto> constants = graph.Model.Graph.Initializer.ToDictionary(t => t.Name);
    private readonly HashSet<string> shapes = [.. nodes.SelectMany(n => new[] { n.OpType is "Reshape" or "Expand" ? n.Input[1] : n.OpType == "ConstantOfShape" ? n.Input[0] : "" })];
    private readonly HashSet<string> states = [.. nodes.Where(n => n.OpType is "LSTM" or "GRU" or "RNN").SelectMany(n => n.Input.Skip(5))];
    private readonly BatchAxes axes = new(inputs, graph.Model.Graph.Initializer.ToDictionary(t => t.Name));
    private string? batch;

    /// <summary>The number of rows that come, [1].</summary>
    private string Batch => batch ??= graph.Op("Shape", [inputs[0]], Attributes.Int("start", 0), Attributes.Int("end", 1));

    /// <summary>Adds a node; each follows those that it reads.</summary>
    public void Write(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Reshape" when Of(node, 0) is not null && Ints(node, 1) is [var first, .. var rest] && first == rows:
                node.Input[1] = graph.Ints([rest.Contains(-1) ? 0 : -1, .. rest]);
                break;
            case "Expand" when Ints(node, 1) is [var first, .. var rest] && first == rows:
                node.Input[1] = Of(node, 0) is not null ? graph.Ints([1, .. rest]) : Shape([], rest);
                axes.Set(node.Output[0], Of(node, 0) ?? 0);
                break;
            case "ConstantOfShape" when Ints(node, 0) is [var directions, var second, .. var rest] && second == rows && states.Contains(node.Output[0]):
                node.Input[0] = Shape([directions], rest);
                axes.Set(node.Output[0], 1);
                break;
            case "ConstantOfShape" when Ints(node, 0) is [var first, .. var rest] && first == rows:
                node.Input[0] = Shape([], rest);
                axes.Set(node.Output[0], 0);
                break;
            case "Tile" when Ints(node, 1) is [var first, .. var rest] && first == rows && constants.TryGetValue(node.Input[0], out var tensor) && tensor.Dims is [1, ..]:
                node.Input[1] = Shape([], rest);
                axes.Set(node.Output[0], 0);
                break;
            case "Slice" when Of(node, 0) is { } axis && Ints(node, 1) is { } starts && Ints(node, 2) is { } ends:
                var place = Array.IndexOf(Ints(node, 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)], axis);
                if (place >= 0 && starts[place] == 0 && ends[place] == rows)
                {
                    ends[place] = long.MaxValue;
                    node.Input[2] = graph.Ints(ends);
                }
                break;
            case "Split" when node.Output.Count == 1 && Of(node, 0) == node.IntOr("axis", 0):
                node = new NodeProto { OpType = "Identity", Name = node.Name, Input = { node.Input[0] }, Output = { node.Output[0] } };
                break;
            case "Concat" when shapes.Contains(node.Output[0]) && Ints(node, 0) is [var first, .. var rest] && first == rows:
                node.Input[0] = Shape([], rest);
                break;
            case "Concat" when node.Input.Select(axes.Of).FirstOrDefault(a => a is not null) is 0 && node.IntOr("axis", 0) != 0:
                Each(node, i => Same(node.Input[i], 0) is { } row ? graph.Op("Expand", [row, Shape([], [.. constants[node.Input[i]].Dims.Skip(1)])]) : null);
                break;
            case "Add" or "Sub" or "Mul" or "Div" or "Where" when rows > 1 && node.Input.Any(i => axes.Of(i) == 0):
                Each(node, i => Same(node.Input[i], 0));
                break;
            case "LSTM" or "GRU" or "RNN" when node.IntOr("layout", 0) == 0:
                Each(node, i => i >= 5 && Same(node.Input[i], 1) is { } state && constants[node.Input[i]].Dims is [var directions, _, var units] ? graph.Op("Expand", [state, Shape([directions], [units])]) : null);
                break;
        }
        axes.Follow(node);
        graph.Model.Graph.Node.Add(node);
    }

    private int? Of(NodeProto node, int input) => axes.Of(node.Input[input]);

    private long[]? Ints(NodeProto node, int input) =>
        node.InputAt(input) is { } name && constants.TryGetValue(name, out var tensor) && tensor.DataType == (int)DataType.Int64 ? Tensors.ToInt64s(tensor) : null;

    /// <summary>A shape with the batch between other dimensions.</summary>
    private string Shape(long[] before, long[] after) => before.Length + after.Length == 0 ? Batch
        : graph.Op("Concat", [.. before.Length > 0 ? [graph.Ints(before)] : (string[])[], Batch, .. after.Length > 0 ? [graph.Ints(after)] : (string[])[]], Attributes.Int("axis", 0));

    private static void Each(NodeProto node, Func<int, string?> instead)
    {
        for (var i = 0; i < node.Input.Count; i++)
        {
            node.Input[i] = instead(i) ?? node.Input[i];
        }
    }

    /// <summary>A constant that has as many floats along an axis as there were rows, all alike, with one in their place; null for others.</summary>
    private string? Same(string name, int axis)
    {
        if (!constants.TryGetValue(name, out var tensor) || tensor.DataType != (int)DataType.Float || tensor.Dims.Count <= Math.Max(1, axis) || tensor.Dims[axis] != rows)
        {
            return null;
        }
        var values = Tensors.ToFloats(tensor);
        var width = (int)tensor.Dims.Skip(axis + 1).Aggregate(1L, (a, d) => a * d);
        var one = values.Chunk(width * (int)rows).SelectMany(part => part[..width]).ToArray();
        var alike = values.Chunk(width).Select((part, i) => part.AsSpan().SequenceEqual(one.AsSpan(i / (int)rows * width, width))).All(same => same);
        return alike ? graph.Constant($"{name}_row", one, [.. tensor.Dims.Select((d, i) => i == axis ? 1 : d)]) : null;
    }
}
