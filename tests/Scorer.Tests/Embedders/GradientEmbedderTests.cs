using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Embedders;

namespace ParquetPool.Scorer.Tests.Embedders;

public sealed class GradientEmbedderTests
{
    private const int Side = 32;
    private static readonly VectorColumn Column = new("picture", 3 * Side * Side);

    [Fact]
    public void A_mirror_image_another_light_and_other_contrast_have_the_same_direction_of_edges()
    {
        var picture = Picture((y, x) => Math.Sin((x * 0.9) + (y * y * 0.05)) + (0.2 * Math.Cos(y * x)));
        var vector = Embed(picture);

        Cosine(Embed(Picture((y, x) => Math.Sin(((Side - 1 - x) * 0.9) + (y * y * 0.05)) + (0.2 * Math.Cos(y * (Side - 1 - x))))), vector).Should().BeApproximately(1, 1e-6);
        Cosine(Embed([.. picture.Select(value => (0.5f * value) + 0.2f)]), vector).Should().BeApproximately(1, 1e-6);
        Cosine(Embed(Picture((y, x) => Math.Sin(y * 0.9))), vector).Should().BeLessThan(0.95);
    }

    [Fact]
    public void An_edge_counts_in_its_cell_and_direction_and_in_those_of_its_mirror_image()
    {
        var vector = Embed(Picture((y, x) => y < 8 && x < 4 ? 1 : 0)); // Its right edge lies in the first cell, across; its lower one between the first cell and that below.

        var across = Enumerable.Range(0, 128).Where(i => i % 8 == 0).Select(i => vector[i]).ToArray();
        across[0].Should().BePositive().And.Be(across[3], "the mirror image's lies in the last cell of the row");
        across.Where((_, i) => i is not (0 or 3)).Should().AllSatisfy(value => value.Should().Be(0));
        Enumerable.Range(0, 128).Where(i => i % 8 == 4 && vector[i] > 0).Select(i => i / 8).Should().Equal(0, 3, 4, 7);
    }

    [Fact]
    public void A_picture_of_one_colour_is_a_vector_of_ones() => Embed(Picture((_, _) => 0.3)).Should().AllBeEquivalentTo(1f);

    private static float[] Picture(Func<int, int, double> at) => [.. from channel in Enumerable.Range(0, 3) from y in Enumerable.Range(0, Side) from x in Enumerable.Range(0, Side) select (float)at(y, x)];

    private static double Cosine(float[] a, float[] b) => ParquetPool.Scorer.Neighbours.Cosine.FromDot(ParquetPool.Scorer.Neighbours.Cosine.Dot(a, b), ParquetPool.Scorer.Neighbours.Cosine.Dot(a, a), ParquetPool.Scorer.Neighbours.Cosine.Dot(b, b));

    private static float[] Embed(float[] row)
    {
        using var embedder = new GradientEmbedder(Column, PictureFormat.Parse($"3x{Side}x{Side}")!);
        return TestBatch.Embed(embedder, (Column, [row]))[0];
    }
}
