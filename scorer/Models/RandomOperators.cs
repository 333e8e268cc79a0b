using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Scorer.Models;

/// <summary>Operators that give other numbers at every run.</summary>
internal static class RandomOperators
{
    private static readonly HashSet<string> Drawing = ["RandomUniform", "RandomUniformLike", "RandomNormal", "RandomNormalLike", "Bernoulli", "Multinomial"];

    public static bool Draws(NodeProto node) => Drawing.Contains(node.OpType) && node.Domain is "" or "ai.onnx";

    /// <summary>Whether a stock runtime runs the node as dropout: its mode is given, and is no constant false.</summary>
    /// <param name="constants">By name; those of the graphs around the node too.</param>
    public static bool IsActiveDropout(NodeProto node, IReadOnlyDictionary<string, TensorProto> constants) =>
        node.OpType == "Dropout" && node.Domain is "" or "ai.onnx"
        && node.InputAt(2) is { } mode && !(constants.TryGetValue(mode, out var value) && Tensors.ToInt64s(value)[0] == 0);

    /// <summary>Refuses a model in which something is left that no mask of the committee manages.</summary>
    /// <param name="model">Of it everything leads to what is computed; managed dropouts are among its own nodes, not inside others.</param>
    /// <exception cref="DataException">The message names the operator.</exception>
    public static void Refuse(ModelProto model, string path)
    {
        var constants = Constants(model.Graph);
        foreach (var node in model.Graph.Node.Where(Draws))
        {
            throw Refused($"{node.OpType} '{NameOf(node)}'", path);
        }
        foreach (var outer in model.Graph.Node)
        {
            foreach (var inner in Bodies.Of(outer).SelectMany(Bodies.AllNodes).Where(n => Draws(n) || IsActiveDropout(n, constants)))
            {
                throw Refused($"{inner.OpType} '{NameOf(inner)}' inside {outer.OpType} '{NameOf(outer)}'", path);
            }
        }
        var inFunction = model.Functions.FirstOrDefault(f => f.Node.Any(n => Draws(n) || n.OpType == "Dropout"));
        if (inFunction?.Node.First(n => Draws(n) || n.OpType == "Dropout") is { } hidden)
        {
            throw Refused($"{hidden.OpType} '{NameOf(hidden)}' inside the function {inFunction.Name}, which is of another operator set,", path);
        }
    }

    /// <summary>The constants of a graph, of the graphs inside it too, by name.</summary>
    public static IReadOnlyDictionary<string, TensorProto> Constants(GraphProto graph)
    {
        var constants = Bodies.AllGraphs(graph).SelectMany(g => g.Initializer).GroupBy(t => t.Name).ToDictionary(t => t.Key, t => t.First());
        foreach (var node in Bodies.AllNodes(graph).Where(n => n.OpType == "Constant" && n.Find("value")?.T is not null))
        {
            constants[node.Output[0]] = node.Find("value")!.T;
        }
        return constants;
    }

    private static DataException Refused(string what, string path) =>
        new($"{path}: {what} draws other numbers at every run and is no dropout that the committee's masks can stand for, so the same rows would get other scores: write it as a Dropout outside of branches and loops, or export the model without it");

    private static string NameOf(NodeProto node) => node.Name.Length > 0 ? node.Name : node.Output[0];
}
