using System.Globalization;
using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Tests.Audits;
using ParquetPool.Scorer.Tests.Neighbours;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Embedders;

public sealed class JoinedEmbedderTests : IDisposable
{
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_cosine_is_the_weighted_mean_of_the_parts_cosines()
    {
        var (text, picture) = (new VectorColumn("text", 7), new VectorColumn("picture", 4));
        var (texts, pictures) = (Corpora.Random(20, 7, 1), Corpora.Clustered(20, 4, 2));
        using var embedder = new JoinedEmbedder([(Embedder.OfColumn(text), 3), (Embedder.OfColumn(picture), 0.5)]);
        var vectors = TestBatch.Embed(embedder, (picture, pictures), (text, texts));
        for (var i = 0; i < 20; i++)
        {
            for (var j = 0; j < 20; j++)
            {
                Cosine(vectors[i], vectors[j]).Should().BeApproximately(((3 * Cosine(texts[i], texts[j])) + (0.5 * Cosine(pictures[i], pictures[j]))) / 3.5, 1e-6);
            }
        }
    }

    [Fact]
    public void A_row_with_a_zero_part_is_a_zero_vector()
    {
        var (a, b) = (new VectorColumn("a", 2), new VectorColumn("b", 1));
        using var embedder = new JoinedEmbedder([(Embedder.OfColumn(a), 1), (Embedder.OfColumn(b), 1)]);
        TestBatch.Embed(embedder, (a, [[1, 2], [3, 4]]), (b, [[5], [0]]))[1].Should().Equal(0, 0, 0);
    }

    [Fact]
    public async Task Columns_are_compared_together()
    {
        Write("train", ("t0", [1, 0], [1, 0]), ("t1", [0, 1], [0, 1]));
        Write("test", ("q0", [1, 0], [0, 1]));
        async Task<(string, double)> Nearest(params string[] columns)
        {
            await AuditFolder.RunAsync(folder.Options with { Vectors = new() { Columns = columns } }, TestContext.Current.CancellationToken);
            var nearest = folder.Pairs()[0];
            return (nearest["train_id"], Math.Round(double.Parse(nearest["similarity"], CultureInfo.InvariantCulture), 6));
        }
        (await Nearest("text:3", "picture")).Should().Be(("t0", 0.75));
        (await Nearest("text", "picture:3")).Should().Be(("t1", 0.75));
    }

    private void Write(string split, params (string Id, float[] Text, float[] Picture)[] rows)
    {
        using var writer = new ShardWriter(folder.PathOf($"{split}/a.parquet"), [new("id", ShardType.Text), new("text", ShardType.FloatList, 2), new("picture", ShardType.FloatList, 2)]);
        writer.Write(rows.Length, rows.Select(r => r.Id).ToArray(), rows.SelectMany(r => r.Text).ToArray(), rows.SelectMany(r => r.Picture).ToArray());
        writer.Complete();
    }

    private static double Cosine(float[] a, float[] b)
    {
        double Dot(float[] x, float[] y) => x.Zip(y, (u, v) => (double)u * v).Sum();
        return Dot(a, b) / Math.Sqrt(Dot(a, a)) / Math.Sqrt(Dot(b, b));
    }
}
