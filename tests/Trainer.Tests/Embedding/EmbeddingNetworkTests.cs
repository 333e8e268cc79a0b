using System.Numerics;
using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Pictures;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Embedding;

public sealed class EmbeddingNetworkTests
{
    private static readonly PictureFormat Shape = new(1, Pictures.Side, Pictures.Side, ChannelsLast: false);

    [Fact]
    public void An_embedding_is_of_length_1_and_the_same_for_a_picture_and_its_mirror_image()
    {
        var picture = Pictures.Draw(1);

        var embedding = Embed(Shape, picture, [.. picture.Chunk(Pictures.Side).SelectMany(row => row.Reverse())], Pictures.Draw(2));

        Math.Sqrt(embedding[0].Sum(v => (double)v * v)).Should().BeApproximately(1, 1e-5);
        Distance(embedding[0], embedding[1]).Should().BeLessThan(1e-2 * Distance(embedding[0], embedding[2]));
    }

    [Fact]
    public void Brightness_contrast_and_place_change_an_untrained_embedding_less_than_another_picture_does()
    {
        var picture = Pictures.Draw(2);
        float[] moved = [.. Enumerable.Range(0, Pictures.Pixels).Select(place => picture[Math.Max(0, place - Pictures.Side - 1)])];

        var embedding = Embed(Shape, picture, Array.ConvertAll(picture, v => (0.7f * v) + 0.2f), moved, Pictures.Draw(3));

        Distance(embedding[0], embedding[1]).Should().BeLessThan(0.1 * Distance(embedding[0], embedding[3]));
        Distance(embedding[0], embedding[2]).Should().BeLessThan(0.7 * Distance(embedding[0], embedding[3]));
    }

    [Fact]
    public void The_spectrum_is_what_a_plain_transform_gives()
    {
        var shape = new PictureFormat(1, 8, 10, ChannelsLast: false);
        float[] image = [.. Enumerable.Range(0, 80).Select(i => MathF.Sin(i * i * 0.3f))];
        var graph = new GraphBuilder("spectrum");
        var (value, width) = Spectrum.Of(graph, graph.Input("x", TensorProto.Types.DataType.Float, -1, 1, 8, 10), shape);
        graph.Output(value, "y", TensorProto.Types.DataType.Float, -1, width);
        using var session = new ModelSession(graph.Model);
        using var input = TensorBuffer.Over(image, 1, 1, 8, 10);

        var found = session.Run(new Dictionary<string, TensorBuffer> { ["x"] = input })["y"].Values;

        double Magnitude(int u, int v) => Enumerable.Range(0, 80).Aggregate(
            Complex.Zero, (sum, i) => sum + (image[i] * Complex.Exp(-2 * Math.PI * Complex.ImaginaryOne * ((u * (i / 10) / 8.0) + (v * (i % 10) / 10.0))))).Magnitude / Math.Sqrt(80);
        width.Should().Be(5 * 6 * 4);
        for (var (u, place) = (0, 0); u <= 4; u++)
        {
            for (var v = 0; v <= 5; v++, place++)
            {
                found[place].Should().BeApproximately((float)(Magnitude(u, v) + Magnitude(-u, v)), 3e-3f);
                found[30 + place].Should().BeApproximately((float)Math.Abs(Magnitude(u, v) - Magnitude(-u, v)), 3e-3f);
            }
        }
    }

    [Fact]
    public void A_large_picture_in_colour_is_embedded_too()
    {
        float[] picture = [.. Enumerable.Range(0, 3 * 100 * 90).Select(i => MathF.Sin(i * 0.01f))];

        Embed(new PictureFormat(3, 100, 90, ChannelsLast: false), picture)[0].Should().HaveCount(EmbeddingNetwork.Width).And.OnlyContain(v => float.IsFinite(v));
    }

    [Fact]
    public void A_picture_pixel_by_pixel_has_the_embedding_that_it_has_channel_by_channel()
    {
        var first = new PictureFormat(3, 12, 9, ChannelsLast: false);
        var last = first with { ChannelsLast = true };
        float[] picture = [.. Enumerable.Range(0, first.Numbers).Select(i => MathF.Sin(i * 0.37f))];
        var turned = new float[picture.Length];
        for (var i = 0; i < picture.Length; i++)
        {
            turned[last.At(i / 108, i % 108 / 9, i % 9)] = picture[i];
        }

        Of(last, turned).Should().Equal(Of(first, picture));

        static float[] Of(PictureFormat format, float[] picture) => MeasuredCopies.Embed(
            EmbeddingNetwork.SpectrumOf([new("features", format.Numbers)], format, new Standardisation(new float[format.Numbers], [.. Enumerable.Repeat(2f, format.Numbers)])), [picture]);
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum());

    private static float[][] Embed(PictureFormat shape, params float[][] pictures)
    {
        var width = shape.Numbers;
        VectorColumn[] columns = [new("features", width)];
        var raw = new Standardisation(new float[width], [.. Enumerable.Repeat(2f, width)]);
        var spectra = MeasuredCopies.Embed(EmbeddingNetwork.SpectrumOf(columns, shape, raw), [.. Enumerable.Range(0, 30).Select(seed => Noise(width, seed)), .. pictures]);
        var spectrum = Standardisation.Of([.. spectra.Chunk(spectra.Length / (30 + pictures.Length))], 1);
        var network = EmbeddingNetwork.Build(columns, shape, raw, spectrum, 0, 3);
        using var session = new ModelSession(network.Forward);
        using var input = TensorBuffer.Floats(pictures.Length, width);
        pictures.SelectMany(p => p).ToArray().CopyTo(input.Span);
        return [.. session.Run(new Dictionary<string, TensorBuffer> { ["features"] = input })["embedding"].Values.Chunk(EmbeddingNetwork.Width)];
    }

    private static float[] Noise(int width, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, width).Select(_ => random.NextSingle())];
    }
}
