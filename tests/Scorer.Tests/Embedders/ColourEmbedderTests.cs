using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Embedders;

namespace ParquetPool.Scorer.Tests.Embedders;

public sealed class ColourEmbedderTests
{
    private static readonly VectorColumn Column = new("picture", 3 * 6 * 5);

    [Fact]
    public void A_colour_counts_in_the_places_around_it()
    {
        var vector = Embed("3x6x5", [.. Enumerable.Repeat(1f, 30), .. Enumerable.Repeat(0f, 30), .. Enumerable.Repeat(0.5f, 30)]);

        var expected = new double[64];
        (expected[(3 * 16) + 1], expected[(3 * 16) + 2]) = (Math.Sqrt(15), Math.Sqrt(15)); // Blue lies half way between the second level and the third.
        vector.Select(value => (double)value).Should().Equal(expected, (a, b) => Math.Abs(a - b) < 1e-6);
        vector.Sum(value => value * value).Should().BeApproximately(30, 1e-4f);
    }

    [Fact]
    public void It_does_not_matter_where_a_colour_stands_nor_how_the_numbers_lie()
    {
        var random = new Random(1);
        float[][] pixels = [.. Enumerable.Range(0, 30).Select(_ => new[] { random.NextSingle(), random.NextSingle(), random.NextSingle() })];
        float[] Planes(float[][] of) => [.. Enumerable.Range(0, 3).SelectMany(channel => of.Select(pixel => pixel[channel]))];

        var vector = Embed("3x6x5", Planes(pixels));

        Embed("6x5x3", [.. pixels.SelectMany(pixel => pixel)]).Should().Equal(vector);
        Embed("3x6x5", Planes([.. pixels.Reverse()])).Should().Equal(vector, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private static float[] Embed(string format, float[] row)
    {
        using var embedder = new ColourEmbedder(Column, PictureFormat.Parse(format)!);
        return TestBatch.Embed(embedder, (Column, [row]))[0];
    }
}
