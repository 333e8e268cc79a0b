using ParquetPool.Decoding;
using ParquetPool.Encoders;
using ParquetPool.Graphs;
using ParquetPool.Sessions;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Shared.Tests.Encoders;

/// <summary>An encoder as a graph gives, of the bytes of several pictures at once, what the encoder gives of each picture.</summary>
public sealed class PictureGraphTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{ "size": 4 }""")]
    [InlineData("""{ "size": 4, "normalise": false, "channels": "bgr", "range": 255, "fit": "contain" }""")]
    [InlineData("""{ "size": 4, "resize": 6, "filter": "bicubic", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225] }""")]
    [InlineData("""{ "size": 4, "range": 255, "meanImage": "mean.npy", "normalise": false }""")]
    [InlineData("""{ "size": 4, "pooling": "mean", "fit": "stretch" }""", false)]
    public void Bytes_of_pictures_give_the_vectors_of_the_pictures(string settings, bool pools = true)
    {
        var model = MadePictureEncoder.In(folder, settings, pools: pools);
        MeanImage(3, 4);

        Compare(model, tolerance: 1e-6f);
    }

    [Fact]
    public void So_it_is_with_grey_pictures()
    {
        var model = MadePictureEncoder.In(folder, """{ "size": 4, "channels": "grey", "normalise": false, "pooling": "mean" }""", dims: [1, 1, 4, 4], pools: false);

        Compare(model, tolerance: 1e-6f);
    }

    [Fact]
    public void So_it_is_with_channels_last()
    {
        var model = MadePictureEncoder.In(folder, """{ "size": 4, "mean": [0.1, 0.2, 0.3], "pooling": "mean" }""", dims: [1, 4, 4, 3], pools: false);

        Compare(model, tolerance: 1e-6f);
    }

    [Fact]
    public void So_it_is_with_tokens_of_which_the_first_stands_for_the_picture()
    {
        foreach (var pooling in new[] { "cls", "mean" })
        {
            var graph = new GraphBuilder("encoder", opset: 13);
            var pixels = graph.Input("x", DataType.Float, -1, 3, 4, 4);
            graph.Output(graph.Op("Transpose", [graph.Op("Reshape", [pixels, graph.Ints(0, 3, 16)])], Attributes.Ints("perm", 0, 2, 1)), "tokens", DataType.Float, -1, 16, 3);
            File.WriteAllBytes(folder.File(pooling, "encoder.onnx"), ModelFile.ToBytes(graph.Model));
            File.WriteAllText(folder.File(pooling, "encoder.json"), $$"""{ "size": 4, "pooling": "{{pooling}}" }""");

            Compare(folder.File(pooling, "encoder.onnx"), tolerance: 1e-6f);
        }
    }

    private static void Compare(string path, float tolerance)
    {
        Picture[] pictures = [MadePicture.Of(40, 30), MadePicture.Of(9, 17, seed: 5), new(8, 8, new byte[8 * 8 * Picture.Stride])];
        using var graph = PictureGraph.Open(path);
        var width = graph.Encoder.Width;
        float[] rows = [.. pictures.SelectMany(graph.Pixels.Of).Select(level => (float)level)];
        rows.Should().HaveCount(pictures.Length * graph.Pixels.Count);

        using var session = new ModelSession(graph.OnPixels(graph.Model));
        using var input = TensorBuffer.Floats(pictures.Length, graph.Pixels.Count);
        rows.CopyTo(input.Span);
        var found = session.Run(new Dictionary<string, TensorBuffer> { ["pixels"] = input }).Values.Single().Values;

        var expected = new float[pictures.Length * width];
        foreach (var (i, picture) in pictures.Index())
        {
            graph.Encoder.Encode(picture, expected.AsSpan(i * width, width));
        }
        found.Should().HaveCount(expected.Length);
        found.Zip(expected).Should().AllSatisfy(pair => pair.First.Should().BeApproximately(pair.Second, tolerance * Math.Max(1, Math.Abs(pair.Second))));
        expected.Should().OnlyContain(number => float.IsFinite(number), "a picture that is black has a vector too");
    }

    private void MeanImage(int planes, int side)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({planes}, {side}, {side}), }}".PadRight(117) + "\n";
        var numbers = Enumerable.Range(0, planes * side * side).Select(i => i * 1.5f).ToArray();
        File.WriteAllBytes(folder.File("pictures", "mean.npy"), [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(numbers.AsSpan())]);
    }
}
