using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Committees;

/// <summary>Recognises dropout that is written by hand, a uniform draw compared with a constant, and makes it a Dropout node.</summary>
/// <remarks>
/// A mask that is 1 with probability q is q · Dropout(1) with ratio 1 − q, which is q with dropout off; and x · mask is q · Dropout(x).
/// The nodes are for the compiler, which puts masks in their place, and run in no session.
/// </remarks>
internal sealed class RandomMasks
{
    private readonly ModelGraph graph;
    private readonly GraphBuilder builder;
    private readonly Dictionary<string, long[]> shapes;
    private readonly Dictionary<NodeProto, List<NodeProto>> replaced = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> dropouts = [];

    private RandomMasks(ModelGraph graph)
    {
        this.graph = graph;
        builder = new GraphBuilder(graph.Model);
        shapes = new Dictionary<string, long[]>(graph.Shapes);
    }

    /// <summary>The graph with a Dropout for every such mask, and the outputs of these.</summary>
    public static (ModelGraph Graph, IReadOnlyList<string> Dropouts) Manage(ModelGraph graph)
    {
        if (!graph.Nodes.Any(RandomOperators.Draws))
        {
            return (graph, []);
        }
        var masks = new RandomMasks(graph);
        foreach (var draw in graph.Nodes.Where(RandomOperators.Draws))
        {
            masks.Manage(draw);
        }
        return (masks.Result(), masks.dropouts);
    }

    private void Manage(NodeProto draw)
    {
        if (RandomDraw.Of(draw, graph) is not var (mask, ratio) || graph.IsOutput(mask) || !graph.Shapes[mask].SequenceEqual(graph.Shapes[draw.Output[0]]))
        {
            return; // Of another shape, units share a draw.
        }
        if (graph.Consumers(mask) is [{ OpType: "Where" } where] && where.Input[0] == mask)
        {
            Choose(where, ratio);
            return;
        }
        var value = graph.Shapes[mask];
        if (graph.Consumers(mask) is [{ OpType: "Mul" } product])
        {
            var x = product.Input[0] == mask ? product.Input[1] : product.Input[0];
            if (x != mask && (IsUnitForUnit(value, graph.Shapes[x]) || (draw.OpType == "RandomUniformLike" && draw.Input[0] == x)))
            {
                replaced[product] = Scaled(x, ratio, product.Output[0]);
                return;
            }
        }
        if (value is [-1, ..] && value.Skip(1).All(d => d > 0) && draw.Input.Count > 0 && graph.Producer(mask) is { } made)
        {
            var one = Constant("one", 1, []);
            var shape = Value(builder.Unique("mask_shape"), [value.Length]);
            var ones = Value(builder.Unique("ones"), value);
            replaced[made] =
            [
                new NodeProto { OpType = "Shape", Name = shape, Input = { draw.Input[0] }, Output = { shape } },
                new NodeProto { OpType = "Expand", Name = ones, Input = { one, shape }, Output = { ones } },
                .. Scaled(ones, ratio, mask),
            ];
        }
    }

    /// <summary>Where(mask, x, 0) is x · mask.</summary>
    private void Choose(NodeProto where, float ratio)
    {
        var zeroLast = IsZero(where.Input[2]);
        var x = where.Input[zeroLast ? 1 : 2];
        if ((zeroLast || IsZero(where.Input[1])) && IsUnitForUnit(graph.Shapes[where.Input[0]], graph.Shapes[x]))
        {
            replaced[where] = Scaled(x, zeroLast ? ratio : 1 - ratio, where.Output[0]);
        }
    }

    private List<NodeProto> Scaled(string x, float ratio, string output)
    {
        var dropped = Value(builder.Unique("managed_dropout"), graph.Shapes.GetValueOrDefault(x) ?? shapes[x]);
        dropouts.Add(dropped);
        return
        [
            new NodeProto { OpType = "Dropout", Name = dropped, Input = { x, Constant("ratio", ratio, []), Constant("active", 1, []) }, Output = { dropped } },
            new NodeProto { OpType = "Mul", Name = output, Input = { dropped, Constant("kept_share", 1 - ratio, []) }, Output = { output } },
        ];
    }

    private string Constant(string name, float value, params ReadOnlySpan<long> dims)
    {
        var constant = builder.Constant(name, [value], dims);
        shapes[constant] = [.. dims];
        return constant;
    }

    private string Value(string name, long[] dims)
    {
        shapes[name] = dims;
        return name;
    }

    private ModelGraph Result()
    {
        var model = builder.Model;
        model.Graph.Node.Clear();
        model.Graph.Node.AddRange(graph.Nodes.SelectMany(n => replaced.TryGetValue(n, out var others) ? others : [n.Clone()]));
        var needed = ModelGraph.Needed(model.Graph, model.Graph.Output.Select(o => o.Name));
        var kept = model.Graph.Node.Where(n => n.Output.Any(needed.Contains)).ToList();
        model.Graph.Node.Clear();
        model.Graph.Node.AddRange(kept);
        return new ModelGraph(model, shapes);
    }

    /// <summary>Whether a mask has a number for each number of a row; one row of masks for all rows will do, for so are the committee's.</summary>
    private static bool IsUnitForUnit(long[] mask, long[] x)
    {
        var padded = Enumerable.Repeat(1L, Math.Max(0, x.Length - mask.Length)).Concat(mask).ToArray();
        return x is [-1, _, ..] && padded.Length == x.Length && padded[0] is -1 or 1 && padded.Skip(1).SequenceEqual(x.Skip(1));
    }

    private bool IsZero(string value) => graph.IsConstant(value) && graph.Constants[value].DataType == (int)DataType.Float && Tensors.ToFloats(graph.Constants[value]).All(v => v == 0);
}
