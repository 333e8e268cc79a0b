using ParquetPool.Sessions;
using ParquetPool.Shards;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Embedding;

public sealed class EmbeddingNetworkTests
{
    [Fact]
    public void A_mirrored_embedding_is_of_length_1_and_the_same_for_a_picture_and_its_mirror_image()
    {
        var picture = Pictures.Draw(1);
        float[] mirror = [.. picture.Chunk(Pictures.Side).SelectMany(row => row.Reverse())];

        var embedding = Embed(new ImageShape(1, 16, 16), mirrored: true, picture, mirror);

        Math.Sqrt(embedding[0].Sum(v => (double)v * v)).Should().BeApproximately(1, 1e-5);
        Distance(embedding[0], embedding[1]).Should().BeLessThan(1e-4);
        var plain = Embed(new ImageShape(1, 16, 16), mirrored: false, picture, mirror);
        Distance(plain[0], plain[1]).Should().BeGreaterThan(1e-2);
    }

    [Fact]
    public void Brightness_and_contrast_hardly_change_an_embedding()
    {
        var picture = Pictures.Draw(2);

        var embedding = Embed(new ImageShape(1, 16, 16), mirrored: false, picture, Array.ConvertAll(picture, v => (0.7f * v) + 0.2f), Pictures.Draw(3));

        Distance(embedding[0], embedding[1]).Should().BeLessThan(0.2 * Distance(embedding[0], embedding[2]));
    }

    [Fact]
    public void A_large_picture_in_colour_is_embedded_too()
    {
        float[] picture = [.. Enumerable.Range(0, 3 * 100 * 90).Select(i => MathF.Sin(i * 0.01f))];

        Embed(new ImageShape(3, 100, 90), mirrored: true, picture)[0].Should().HaveCount(EmbeddingNetwork.Width).And.OnlyContain(v => float.IsFinite(v));
    }

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum());

    private static float[][] Embed(ImageShape shape, bool mirrored, params float[][] pictures)
    {
        var width = (int)shape.Size;
        var standardisation = new Standardisation(new float[width], [.. Enumerable.Repeat(2f, width)]);
        var network = EmbeddingNetwork.Build([new VectorColumn("features", width)], shape, standardisation, 0, 3, mirrored);
        using var session = new ModelSession(network.Forward);
        using var input = TensorBuffer.Floats(pictures.Length, width);
        pictures.SelectMany(p => p).ToArray().CopyTo(input.Span);
        return [.. session.Run(new Dictionary<string, TensorBuffer> { ["features"] = input })["embedding"].Values.Chunk(EmbeddingNetwork.Width)];
    }
}
