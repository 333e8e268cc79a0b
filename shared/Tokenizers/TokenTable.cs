using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;

namespace ParquetPool.Tokenizers;

/// <summary>The table in which a model of texts looks its tokens up, against the tokens that its tokenizer has: a file that was cut short, or of another model, gives vectors all the same, and wrong ones.</summary>
internal static class TokenTable
{
    /// <summary>Tables are filled up to round numbers of rows, and tokenizers have tokens that no text gets: so many, or so large a share of the rows, prove nothing.</summary>
    private const int Slack = 256;
    private const double SlackShare = 0.03;

    private static readonly string[] SameIds = ["Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze", "Flatten"];

    /// <param name="tokens">The input that takes the tokens.</param>
    /// <exception cref="DataException">The two are not of one model.</exception>
    public static void Require(ModelProto model, string tokens, TokenizerFile tokenizer, string shownAs)
    {
        if (RowsOf(model.Graph, tokens) is { } rows && tokenizer.Numbers.Count is var count && Math.Abs(rows - count) > Math.Max(Slack, SlackShare * rows))
        {
            throw new DataException($"{tokenizer.Path} has {count:N0} tokens, the model {shownAs} knows {rows:N0}, expected as many: the file is cut short or another model's, fetch it again");
        }
    }

    /// <summary>Null where the graph does not show it.</summary>
    private static long? RowsOf(GraphProto graph, string tokens)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal) { tokens };
        foreach (var node in graph.Node.Where(node => node.Input.Count > 0))
        {
            if (SameIds.Contains(node.OpType) && ids.Contains(node.Input[0]))
            {
                ids.Add(node.Output[0]);
            }
            else if (node.OpType == "Gather" && ids.Contains(node.Input[1]))
            {
                return Rows(graph, node.Input[0]);
            }
            else if (node.OpType is "EmbedLayerNormalization" or "QEmbedLayerNormalization" && ids.Contains(node.Input[0]))
            {
                return Rows(graph, node.Input[2]);
            }
        }
        return null;
    }

    private static long? Rows(GraphProto graph, string value) =>
        graph.Initializer.FirstOrDefault(tensor => tensor.Name == value) is { Dims: [var rows, _] } ? rows
        : graph.Node.FirstOrDefault(node => node.OpType is "DequantizeLinear" or "Cast" && node.Output[0] == value) is { } from ? Rows(graph, from.Input[0])
        : null;
}
