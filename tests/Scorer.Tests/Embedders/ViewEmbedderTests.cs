using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Embedders;

namespace ParquetPool.Scorer.Tests.Embedders;

public sealed class ViewEmbedderTests
{
    private static readonly PictureFormat Format = PictureFormat.Parse("3x10x17")!;
    private static readonly VectorColumn Column = new("picture", Format.Numbers);
    private static readonly VectorColumn Other = new("other", 2);

    [Theory]
    [InlineData("flip", 2)]
    [InlineData("shift", 9)]
    [InlineData("shift,flip", 18)]
    public void A_vector_is_the_mean_over_the_views(string views, int count)
    {
        var rows = TestBatch.Pictures(5, Column.Width, 1);
        View.Parse(views, Format).Should().HaveCount(count).And.OnlyHaveUniqueItems().And.Contain(default(View));
        using var embedder = Viewed(views);
        var vectors = TestBatch.Embed(embedder, (Column, rows));
        for (var row = 0; row < rows.Length; row++)
        {
            for (var place = 0; place < Column.Width; place++)
            {
                var expected = View.Parse(views, Format).Average(view => Pixel(rows[row], view, place));
                vectors[row][place].Should().BeApproximately((float)expected, 1e-3f);
            }
        }
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("shift,flip")]
    public void A_picture_and_its_mirror_image_have_the_same_vector(string views)
    {
        var rows = TestBatch.Pictures(4, Column.Width, 2);
        var mirrored = rows.Select(row => row.Select((_, place) => Pixel(row, new View(0, 0, Flipped: true), place)).ToArray()).ToArray();
        using var embedder = new ViewEmbedder(new PixelEmbedder(Column, Format), Column, Format, View.Parse(views, Format));
        TestBatch.Embed(embedder, (Column, mirrored)).Should().BeEquivalentTo(TestBatch.Embed(embedder, (Column, rows)), o => o.WithStrictOrdering());
    }

    [Fact]
    public void Other_columns_stay_as_they_are()
    {
        var rows = TestBatch.Pictures(2, Column.Width, 3);
        using var embedder = new ViewEmbedder(
            new JoinedEmbedder([(Embedder.OfColumn(Column), 1), (Embedder.OfColumn(Other), 1)]), Column, Format, View.Parse("flip", Format));
        var vector = TestBatch.Embed(embedder, (Column, rows), (Other, [[3, 4], [0, 1]]))[0];
        (vector[^1] / vector[^2]).Should().BeApproximately(4f / 3, 1e-6f);
    }

    private static ViewEmbedder Viewed(string views) => new(Embedder.OfColumn(Column), Column, Format, View.Parse(views, Format));

    // The picture is moved, its edge repeated, and then mirrored.
    private static float Pixel(float[] picture, View view, int place)
    {
        var (channel, y, x) = (place / 170, place / 17 % 10, place % 17);
        x = view.Flipped ? 16 - x : x;
        return picture[(channel * 170) + (Math.Clamp(y - view.Down, 0, 9) * 17) + Math.Clamp(x - view.Right, 0, 16)];
    }
}
