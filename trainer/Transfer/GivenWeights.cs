using System.IO.Enumeration;
using ParquetPool.Commands;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Transfer;

/// <summary>The parameters of a model from elsewhere, which says nowhere which of its constants were learned.</summary>
/// <remarks>
/// Weights, biases, scales and tables of the layers that have them, as they are or through nodes that change only their form; vectors and larger tensors that are added or multiplied.
/// What is subtracted or divided by, a mean image say, is none; neither are running statistics.
/// </remarks>
internal static class GivenWeights
{
    private static readonly Dictionary<string, int[]> Layers = new()
    {
        ["Conv"] = [1, 2],
        ["ConvTranspose"] = [1, 2],
        ["Gemm"] = [0, 1, 2],
        ["MatMul"] = [0, 1],
        ["Einsum"] = [0, 1],
        ["Gather"] = [0],
        ["Add"] = [0, 1],
        ["Mul"] = [0, 1],
        ["PRelu"] = [1],
        ["BatchNormalization"] = [1, 2],
        ["InstanceNormalization"] = [1, 2],
        ["LayerNormalization"] = [1, 2],
        ["GroupNormalization"] = [1, 2],
        ["LSTM"] = [1, 2, 3],
        ["GRU"] = [1, 2, 3],
        ["RNN"] = [1, 2, 3],
    };

    private static readonly HashSet<string> Forms = ["Transpose", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Cast"];

    /// <summary>In the order of the graph.</summary>
    public static IReadOnlyList<string> Of(GraphProto graph)
    {
        var constants = graph.Initializer.Where(t => t.DataType == (int)DataType.Float && t.Dims.Aggregate(1L, (a, d) => a * d) > 1).Select(t => t.Name).ToHashSet();
        var form = constants.ToDictionary(name => name);
        var found = new List<string>();
        foreach (var node in graph.Node)
        {
            if (Forms.Contains(node.OpType) && form.TryGetValue(node.Input[0], out var origin))
            {
                form[node.Output[0]] = origin;
            }
            else if (Layers.TryGetValue(node.OpType, out var places))
            {
                found.AddRange(places.Where(p => p < node.Input.Count).Select(p => form.GetValueOrDefault(node.Input[p])).OfType<string>());
            }
        }
        return [.. found.Distinct()];
    }

    /// <summary>Those that <paramref name="freeze"/> leaves to learn.</summary>
    /// <exception cref="UsageException">A pattern fits none.</exception>
    public static IReadOnlyList<string> Learning(IReadOnlyList<string> weights, IReadOnlyList<string> freeze) =>
        freeze.FirstOrDefault(pattern => !weights.Any(w => Fits(pattern, w))) is { } idle
            ? throw new UsageException($"--freeze '{idle}' fits none of the model's {weights.Count} parameters, expected a name or a pattern with *: {string.Join(", ", weights.Take(8))}{(weights.Count > 8 ? ", …" : "")}")
            : [.. weights.Where(w => !freeze.Any(pattern => Fits(pattern, w)))];

    private static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
