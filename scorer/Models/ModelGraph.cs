using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Models;

/// <summary>A model's graph with what the compiler asks of it: who makes a value, who uses it, its shape, whether it is constant.</summary>
internal sealed class ModelGraph
{
    private readonly Dictionary<string, NodeProto> producers = [];
    private readonly Dictionary<string, List<NodeProto>> consumers = [];
    private readonly Dictionary<string, Product?> products = [];
    private readonly HashSet<string> outputs;

    /// <param name="shapes">Of every value, -1 for the batch.</param>
    public ModelGraph(ModelProto model, IReadOnlyDictionary<string, long[]> shapes)
    {
        Model = model;
        Shapes = shapes;
        Constants = model.Graph.Initializer.ToDictionary(t => t.Name);
        outputs = [.. model.Graph.Output.Select(o => o.Name)];
        foreach (var node in model.Graph.Node)
        {
            foreach (var output in node.Output)
            {
                producers[output] = node;
            }
            foreach (var input in Bodies.Reads(node).Where(i => i.Length > 0).Distinct())
            {
                if (!consumers.TryGetValue(input, out var list))
                {
                    consumers[input] = list = [];
                }
                list.Add(node);
            }
        }
    }

    public ModelProto Model { get; }

    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    public IReadOnlyDictionary<string, TensorProto> Constants { get; }

    public IEnumerable<NodeProto> Nodes => Model.Graph.Node;

    public NodeProto? Producer(string value) => producers.GetValueOrDefault(value);

    public IReadOnlyList<NodeProto> Consumers(string value) => consumers.GetValueOrDefault(value) ?? [];

    public bool IsOutput(string value) => outputs.Contains(value);

    public bool IsConstant(string? value) => value is not null && Constants.ContainsKey(value);

    /// <summary>The node as a product that units can be cut out of, or null when it is none.</summary>
    public Product? Product(NodeProto node)
    {
        if (!products.TryGetValue(node.Output[0], out var product))
        {
            products[node.Output[0]] = product = Models.Product.Of(node, this);
        }
        return product;
    }

    /// <summary>Whether the value has the batch in front and fixed sizes behind it.</summary>
    public bool IsRows(string value) => Shapes.TryGetValue(value, out var s) && s.Length >= 2 && s[0] == -1 && s.Skip(1).All(d => d > 0);

    /// <summary>The numbers that one row of a value has.</summary>
    public double RowSize(string value) => Shapes[value].Aggregate(1.0, (a, d) => a * Math.Abs(d));

    /// <summary>The values that the values in <paramref name="sources"/> reach, themselves included.</summary>
    public HashSet<string> Reached(IEnumerable<string> sources)
    {
        var reached = sources.ToHashSet();
        foreach (var node in Nodes)
        {
            if (Bodies.Reads(node).Any(reached.Contains))
            {
                reached.UnionWith(node.Output);
            }
        }
        return reached;
    }

    /// <summary>The values that the values in <paramref name="results"/> are computed from, themselves included.</summary>
    public static HashSet<string> Needed(GraphProto graph, IEnumerable<string> results)
    {
        var needed = results.ToHashSet();
        foreach (var node in graph.Node.Reverse().Where(n => n.Output.Any(needed.Contains)))
        {
            needed.UnionWith(Bodies.Reads(node));
        }
        return needed;
    }
}
