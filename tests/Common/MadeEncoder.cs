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
    /// <returns>The path of the model.</returns>
    public static string In(TestFolder folder, string settings = "{}", string name = "encoder")
    {
        var graph = new GraphBuilder("encoder");
        var tokens = graph.Input("input_ids", DataType.Int64, -1, -2);
        graph.Input("attention_mask", DataType.Int64, -1, -2);
        var table = graph.Constant("table", Enumerable.Range(0, Width * Width).Select(i => i / Width == i % Width ? 1f : 0f).ToArray(), Width, Width);
        graph.Output(graph.Op("Gather", [table, tokens]), "last_hidden_state", DataType.Float, -1, -2, Width);
        var path = folder.File(name, "encoder.onnx");
        File.WriteAllBytes(path, ModelFile.ToBytes(graph.Model));
        File.WriteAllText(folder.File(name, "vocab.txt"), string.Join('\n', Pieces) + "\n");
        File.WriteAllText(folder.File(name, "encoder.json"), settings);
        return path;
    }

    /// <summary>Where a word stands in a vector.</summary>
    public static int Place(string word) => Array.IndexOf(Pieces, word);
}
