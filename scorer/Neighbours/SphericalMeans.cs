using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using ParquetPool.Randomness;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Directions around which rows gather: k-means by cosine.</summary>
/// <remarks>
/// Spherical k-means (Dhillon and Modha, 2001), seeded as k-means++ is (Arthur and Vassilvitskii, 2007) but with a sixteenth of the centres drawn
/// at a time, as k-means‖ does (Bahmani et al., 2012). Sums run in the order of the rows, on one thread: the same rows give the same bits.
/// </remarks>
internal sealed class SphericalMeans : IDisposable
{
    private const int Iterations = 4;
    private const int Rounds = 16;
    private const int RowsAtOnce = 1024;
    private const ulong Seed = 1;

    private readonly TensorBuffer rows;
    private readonly TensorBuffer centres;
    private readonly int height;
    private readonly int width;
    private readonly BlockProduct product;
    private readonly TensorBuffer products;

    private SphericalMeans(TensorBuffer rows, int count)
    {
        (this.rows, height, width) = (rows, (int)rows.Dims[0], (int)rows.Dims[1]);
        centres = TensorBuffer.Floats(count, width);
        product = new BlockProduct(RowsAtOnce, count, width);
        products = product.NewProducts();
    }

    /// <summary>Finds centres.</summary>
    /// <param name="rows">[row, element], at least one, none all zeros.</param>
    /// <param name="count">At most the number of rows.</param>
    /// <returns>[centre, element], of length 1; some are alike where there are fewer different rows.</returns>
    public static TensorBuffer Find(TensorBuffer rows, int count)
    {
        using var means = new SphericalMeans(rows, count);
        means.Draw();
        for (var i = 0; i < Iterations; i++)
        {
            means.Move();
        }
        return means.centres;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        product.Dispose();
        products.Dispose();
    }

    private int Count => (int)centres.Dims[0];

    private Span<float> Centre(int centre) => centres.Span.Slice(centre * width, width);

    private ReadOnlySpan<float> Row(int row) => rows.Span.Slice(row * width, width);

    private void Draw()
    {
        var draws = new PhiloxStream(Seed, Purpose.CellCentres);
        var inverseNorms = new double[height];
        var weights = new double[height];
        for (var row = 0; row < height; row++)
        {
            inverseNorms[row] = 1 / Math.Sqrt(Cosine.Dot(Row(row), Row(row)));
            weights[row] = 2;
        }
        for (var (drawn, round) = (0, 1); drawn < Count; round++)
        {
            var until = Math.Max(drawn + 1, Count * round / Rounds);
            var sums = RunningSums(weights);
            for (var centre = drawn; centre < until; centre++)
            {
                var place = Array.BinarySearch(sums, draws.Uniform() * sums[^1]);
                var row = Math.Min(height - 1, place < 0 ? ~place : place + 1);
                TensorPrimitives.Multiply(Row(row), (float)inverseNorms[row], Centre(centre));
            }
            Visit(drawn, until, (row, similarities) =>
                weights[row] = Math.Min(weights[row], Math.Max(0, 2 - (2 * TensorPrimitives.Max(similarities) * inverseNorms[row]))));
            drawn = until;
        }
    }

    /// <summary>Moves each centre to the mean direction of the rows nearest to it; one without rows stays.</summary>
    // Hot from the first call: waiting for the tiers would cost a join its first tenths of a second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move()
    {
        var sums = new double[Count * width];
        Visit(0, Count, (row, similarities) =>
        {
            var sum = sums.AsSpan(TensorPrimitives.IndexOfMax(similarities) * width, width);
            var scale = 1 / Math.Sqrt(Cosine.Dot(Row(row), Row(row)));
            var vector = Row(row);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += vector[i] * scale;
            }
        });
        for (var centre = 0; centre < Count; centre++)
        {
            var sum = sums.AsSpan(centre * width, width);
            var norm = TensorPrimitives.Norm<double>(sum);
            for (var i = 0; i < width && norm > 0; i++)
            {
                Centre(centre)[i] = (float)(sum[i] / norm);
            }
        }
    }

    private delegate void RowVisit(int row, ReadOnlySpan<float> similarities);

    /// <summary>Gives each row its products with the centres of a range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Visit(int from, int to, RowVisit visit)
    {
        using var range = TensorBuffer.Over(centres.Memory[(from * width)..], to - from, width);
        for (var first = 0; first < height; first += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, height - first);
            using var some = TensorBuffer.Over(rows.Memory[(first * width)..], count, width);
            using var result = TensorBuffer.Over(products.Memory, count, to - from);
            product.Multiply(some, range, result);
            for (var i = 0; i < count; i++)
            {
                visit(first + i, result.Span.Slice(i * (to - from), to - from));
            }
        }
    }

    private static double[] RunningSums(double[] weights)
    {
        var sums = new double[weights.Length];
        var sum = 0.0;
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = sum += weights[i];
        }
        return sums;
    }
}
