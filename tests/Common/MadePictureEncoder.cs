using ParquetPool.Graphs;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Tests;

/// <summary>A small encoder of pictures in a folder: the vector is the mean of each channel, as the model sees it.</summary>
internal static class MadePictureEncoder
{
    public const int Side = 4;

    /// <summary>Writes <c>encoder.onnx</c> and <c>encoder.json</c>.</summary>
    /// <param name="dims">Of the input; negative where it is free.</param>
    /// <param name="pools">Whether the output is [batch, channels, 1, 1], or else the picture itself.</param>
    /// <returns>The path of the model.</returns>
    public static string In(TestFolder folder, string settings = """{ "size": 4, "normalise": false }""", long[]? dims = null, bool pools = true, string name = "pictures")
    {
        var graph = new GraphBuilder("encoder");
        var pixels = graph.Input("pixels", DataType.Float, dims ?? [1, 3, Side, Side]);
        graph.Output(graph.Op(pools ? "GlobalAveragePool" : "Identity", [pixels]), "vector", DataType.Float, 1, 3, pools ? 1 : Side, pools ? 1 : Side);
        var path = folder.File(name, "encoder.onnx");
        File.WriteAllBytes(path, ModelFile.ToBytes(graph.Model));
        File.WriteAllText(folder.File(name, "encoder.json"), settings);
        return path;
    }
}
