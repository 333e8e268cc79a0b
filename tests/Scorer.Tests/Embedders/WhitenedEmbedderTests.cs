using ParquetPool.Engine;
using ParquetPool.Scorer.Embedders;

namespace ParquetPool.Scorer.Tests.Embedders;

public sealed class WhitenedEmbedderTests
{
    private const int Width = 5;
    private static readonly VectorColumn Column = new("v", Width);

    [Fact]
    public void A_cosine_is_that_of_the_inverse_of_covariance_and_ridge()
    {
        var random = new Random(4);
        float[][] rows = [.. Enumerable.Range(0, 40).Select(_ => Unit([.. Enumerable.Range(0, Width).Select(i => (float)(random.NextDouble() + (i == 2 ? 3 : 0)))]))];
        var mean = Enumerable.Range(0, Width).Select(i => rows.Average(row => (double)row[i])).ToArray();
        var covariance = new double[Width, Width];
        for (var i = 0; i < Width; i++)
        {
            for (var j = 0; j < Width; j++)
            {
                covariance[i, j] = rows.Average(row => (row[i] - mean[i]) * (row[j] - mean[j]));
            }
        }
        var ridge = Enumerable.Range(0, Width).Average(i => covariance[i, i]);
        for (var i = 0; i < Width; i++)
        {
            covariance[i, i] += ridge;
        }
        using var embedder = new WhitenedEmbedder(Embedder.OfColumn(Column), Whitening.Of(rows)!);
        var vectors = TestBatch.Embed(embedder, (Column, [[.. rows[0].Select(x => 7 * x)], rows[1]]));

        var (a, b) = (Less(rows[0]), Less(rows[1]));
        double Product(double[] x, double[] y) => x.Zip(Solved(covariance, y), (left, right) => left * right).Sum();
        (Dot(vectors[0], vectors[1]) / Math.Sqrt(Dot(vectors[0], vectors[0]) * Dot(vectors[1], vectors[1])))
            .Should().BeApproximately(Product(a, b) / Math.Sqrt(Product(a, a) * Product(b, b)), 1e-5);

        double[] Less(float[] row) => [.. row.Select((x, i) => x - mean[i])];
    }

    [Fact]
    public void Few_rows_and_rows_all_alike_tell_nothing_in_common()
    {
        Whitening.Of([.. Enumerable.Repeat(Unit([1, 2, 3]), Whitening.LeastVectors - 1)]).Should().BeNull();
        Whitening.Of([.. Enumerable.Repeat(new float[] { 1, 0, 0 }, Whitening.LeastVectors)]).Should().BeNull();
    }

    private static float[] Unit(float[] vector) => [.. vector.Select(x => (float)(x / Math.Sqrt(Dot(vector, vector))))];

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    /// <summary>By Gauss and Jordan.</summary>
    private static double[] Solved(double[,] matrix, double[] right)
    {
        var (m, x) = ((double[,])matrix.Clone(), (double[])right.Clone());
        for (var i = 0; i < Width; i++)
        {
            var pivot = m[i, i];
            x[i] /= pivot;
            for (var j = 0; j < Width; j++)
            {
                m[i, j] /= pivot;
            }
            for (var k = 0; k < Width; k++)
            {
                var factor = k == i ? 0 : m[k, i];
                x[k] -= factor * x[i];
                for (var j = 0; j < Width; j++)
                {
                    m[k, j] -= factor * m[i, j];
                }
            }
        }
        return x;
    }
}
