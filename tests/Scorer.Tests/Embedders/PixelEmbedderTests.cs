using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Embedders;

namespace ParquetPool.Scorer.Tests.Embedders;

public sealed class PixelEmbedderTests
{
    [Fact]
    public void Windows_are_averaged_and_the_rows_mean_is_taken_off()
    {
        var column = new VectorColumn("picture", 3 * 32 * 32);
        var rows = TestBatch.Pictures(3, column.Width, 1);
        using var embedder = new PixelEmbedder(column, PictureFormat.Parse("3x32x32")!);
        var vectors = TestBatch.Embed(embedder, (column, rows));
        embedder.Width.Should().Be(3 * 16 * 16);
        foreach (var (row, vector) in rows.Zip(vectors))
        {
            var mean = row.Average();
            for (var place = 0; place < vector.Length; place++)
            {
                var (channel, y, x) = (place / 256, place / 16 % 16, place % 16);
                var at = (channel * 1024) + (64 * y) + (2 * x);
                vector[place].Should().BeApproximately(((row[at] + row[at + 1] + row[at + 32] + row[at + 33]) / 4) - mean, 1e-3f);
            }
        }
    }

    [Fact]
    public void Channels_may_stand_together()
    {
        var column = new VectorColumn("picture", 3 * 20 * 9);
        var rows = TestBatch.Pictures(2, column.Width, 2);
        var (first, last) = (PictureFormat.Parse("3x20x9")!, PictureFormat.Parse("20x9x3")!);
        float[] Turned(float[] row)
        {
            var turned = new float[row.Length];
            for (var i = 0; i < row.Length; i++)
            {
                turned[last.At(i / 180, i / 9 % 20, i % 9)] = row[first.At(i / 180, i / 9 % 20, i % 9)];
            }
            return turned;
        }
        using var channelsFirst = new PixelEmbedder(column, first);
        using var channelsLast = new PixelEmbedder(column, last);
        TestBatch.Embed(channelsLast, (column, [.. rows.Select(Turned)])).Should().BeEquivalentTo(TestBatch.Embed(channelsFirst, (column, rows)), o => o.WithStrictOrdering());
    }
}
