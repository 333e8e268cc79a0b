using System.IO.Enumeration;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Torch;

/// <summary>What of a graph from elsewhere can learn.</summary>
/// <remarks>The graph is one that <see cref="OpsetUpgrade"/> has lifted, so its Constant nodes are initializers.</remarks>
internal static class TrainableWeights
{
    /// <summary>Where operators take weights, by input.</summary>
    private static readonly Dictionary<string, int[]> Places = new()
    {
        ["Add"] = [0, 1],
        ["BatchNormalization"] = [1, 2],
        ["Conv"] = [1, 2],
        ["ConvTranspose"] = [1, 2],
        ["Gather"] = [0],
        ["Gemm"] = [0, 1, 2],
        ["GroupNormalization"] = [1, 2],
        ["GRU"] = [1, 2, 3],
        ["InstanceNormalization"] = [1, 2],
        ["LayerNormalization"] = [1, 2],
        ["LSTM"] = [1, 2, 3, 7],
        ["MatMul"] = [0, 1],
        ["Mul"] = [0, 1],
        ["PRelu"] = [1],
        ["RNN"] = [1, 2, 3],
    };

    /// <summary>Nodes through which a weight stays a weight, by input 0.</summary>
    private static readonly HashSet<string> Views = ["Cast", "DequantizeLinear", "Dropout", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"];

    /// <summary>The float initializers of more than one element that operators take as weights on the way to <paramref name="outputs"/>, in the order of the graph.</summary>
    /// <remarks>Sums and products count only after another weight: before the first, constants bring the inputs to a common scale, and stay.</remarks>
    public static IReadOnlyList<string> In(ModelProto model, IReadOnlyList<string> outputs)
    {
        var constants = model.Graph.Initializer.Where(t => t.DataType == (int)DataType.Float && Tensors.Count(t) > 1).Select(t => t.Name).ToHashSet();
        var (sources, learned, weights) = (new Dictionary<string, string>(), new HashSet<string>(), new List<string>());
        foreach (var node in Needed(model, outputs))
        {
            if (Views.Contains(node.OpType) && Source(node.Input[0]) is { } source)
            {
                sources[node.Output[0]] = source;
                continue;
            }
            var after = node.OpType is not ("Add" or "Mul") || node.Input.Any(learned.Contains);
            string[] found = after && Places.TryGetValue(node.OpType, out var places)
                ? [.. places.Select(node.InputAt).OfType<string>().Select(Source).OfType<string>()]
                : [];
            weights.AddRange(found);
            if (found.Length > 0 || node.Input.Any(learned.Contains))
            {
                learned.UnionWith(node.Output);
            }
        }
        return [.. weights.Distinct()];

        string? Source(string value) => constants.Contains(value) ? value : sources.GetValueOrDefault(value);
    }

    /// <summary>The parameters that one of <paramref name="patterns"/> names; a * stands for any characters.</summary>
    /// <param name="option">The option that gave the patterns.</param>
    /// <exception cref="UsageException">A pattern names none.</exception>
    public static IReadOnlyList<string> Named(IReadOnlyList<string> parameters, IReadOnlyList<string> patterns, string option) =>
        patterns.FirstOrDefault(p => !parameters.Any(name => Matches(p, name))) is { } idle
            ? throw new UsageException($"{option} '{idle}' names none of the model's {parameters.Count} weights, expected a pattern of names such as '{(parameters.Count > 0 ? parameters[0] : "")}'")
            : [.. parameters.Where(name => patterns.Any(p => Matches(p, name)))];

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);

    /// <summary>The nodes on the way to <paramref name="outputs"/>, in the order of the graph.</summary>
    public static IReadOnlyList<NodeProto> Needed(ModelProto model, IReadOnlyList<string> outputs)
    {
        var (wanted, needed) = (outputs.ToHashSet(), new Stack<NodeProto>());
        foreach (var node in model.Graph.Node.Reverse().Where(n => n.Output.Any(wanted.Contains)))
        {
            needed.Push(node);
            wanted.UnionWith(node.Input);
        }
        return [.. needed];
    }
}
