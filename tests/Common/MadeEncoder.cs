using ParquetPool.Graphs;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Tests;

/// <summary>A small encoder of texts in a folder: the vector of a token has a one at its number's place, so that of a text counts its words.</summary>
internal static class MadeEncoder
{
    /// <summary>Behind the marks, in this order; anything else is [UNK].</summary>
    public static readonly string[] Words = ["card", "money", "lost", "my", "where", "is", "cafe", "##s", "\u1112", "##\u1161", "##\u11ab"];

    private static readonly string[] Pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", .. Words];

    public static int Width => Pieces.Length;

    /// <summary>Writes <c>encoder.onnx</c>, <c>vocab.txt</c> and <c>encoder.json</c>.</summary>
    /// <param name="tokens">Of the model.</param>
    /// <returns>The path of the model.</returns>
    public static string In(TestFolder folder, string settings = "{}", string name = "encoder", int tokens = 0)
    {
        tokens = Math.Max(tokens, Width);
        var graph = new GraphBuilder("encoder");
        var ids = graph.Input("input_ids", DataType.Int64, -1, -2);
        graph.Input("attention_mask", DataType.Int64, -1, -2);
        var table = graph.Constant("table", Enumerable.Range(0, tokens * tokens).Select(i => i / tokens == i % tokens ? 1f : 0f).ToArray(), tokens, tokens);
        graph.Output(graph.Op("Gather", [table, ids]), "last_hidden_state", DataType.Float, -1, -2, tokens);
        var path = folder.File(name, "encoder.onnx");
        File.WriteAllBytes(path, ModelFile.ToBytes(graph.Model));
        File.WriteAllText(folder.File(name, "vocab.txt"), string.Join('\n', Pieces) + "\n");
        File.WriteAllText(folder.File(name, "encoder.json"), settings);
        return path;
    }

    /// <summary>Where a word stands in a vector.</summary>
    public static int Place(string word) => Array.IndexOf(Pieces, word);
}
