using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Transfer;

/// <summary>Finds the value of a given model that a new head is put on.</summary>
internal static class HeadPlace
{
    /// <summary>What encoders call the output that others build on, ours and those of Hugging Face.</summary>
    private static readonly string[] Embeddings = ["embedding", "last_hidden_state"];

    private static readonly HashSet<string> OfScores = ["Softmax", "LogSoftmax", "Sigmoid", "Identity", "Dropout", "Cast"];

    /// <summary>
    /// The value that is named; else the output called embedding or last_hidden_state; else of a model with one output, what its last dense layer takes where it ends in one, or the output itself.
    /// </summary>
    /// <param name="graph">The model's graph under its new names.</param>
    /// <param name="outputs">Its outputs under their new names.</param>
    /// <param name="package">The model as the user knows it, with its outputs in the same order.</param>
    /// <param name="on">The user's choice; null for none.</param>
    /// <param name="shapes">Of all values.</param>
    /// <exception cref="DataException">There are several outputs; they are named.</exception>
    /// <exception cref="UsageException">There is no value of the name.</exception>
    public static string Find(GraphProto graph, IReadOnlyList<ValueInfoProto> outputs, ModelPackage package, string? on, IReadOnlyDictionary<string, long[]> shapes)
    {
        var own = package.Model.Graph.Output.Select(o => o.Name).ToList();
        if (on is not null)
        {
            return own.IndexOf(on) is var place and >= 0 ? outputs[place].Name
                : graph.Node.Any(n => n.Output.Contains(on)) ? on
                : throw new UsageException($"--head-on {on}: {package.Path} has no value of that name, expected one of its outputs ({string.Join(", ", own)}) or what one of its nodes gives");
        }
        if (Embeddings.FirstOrDefault(own.Contains) is { } embedding)
        {
            return outputs[own.IndexOf(embedding)].Name;
        }
        var floats = outputs.Where(o => o.Type.TensorType.ElemType == (int)DataType.Float).ToList();
        if (floats is not [var output])
        {
            throw new DataException($"{package.Path} has {own.Count} outputs ({string.Join(", ", own)}), expected one of numbers: name that which the head shall be put on with --head-on");
        }
        return BeforeScores(graph, output.Name, shapes);
    }

    private static string BeforeScores(GraphProto graph, string output, IReadOnlyDictionary<string, long[]> shapes)
    {
        var makers = graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).ToDictionary(p => p.o, p => p.n);
        var constants = graph.Initializer.Select(t => t.Name).ToHashSet();
        var scores = Behind(output);
        var product = makers.GetValueOrDefault(scores);
        if (product is { OpType: "Add" } && product.Input.FirstOrDefault(i => !constants.Contains(i)) is { } sum)
        {
            product = makers.GetValueOrDefault(sum);
        }
        return shapes[scores].Length == 2 && product is { OpType: "Gemm" or "MatMul" } && constants.Contains(product.Input[1]) && !constants.Contains(product.Input[0])
            ? Behind(product.Input[0], "Dropout")
            : output;

        string Behind(string value, string? only = null)
        {
            while (makers.TryGetValue(value, out var node) && (only is null ? OfScores.Contains(node.OpType) : node.OpType == only))
            {
                value = node.Input[0];
            }
            return value;
        }
    }
}
