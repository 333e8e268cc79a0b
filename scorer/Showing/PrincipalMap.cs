using System.Numerics.Tensors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Showing;

/// <summary>Rows on a map: each vector, of length 1 and less the mean of all, along the two directions in which they differ most.</summary>
/// <remarks>
/// Principal components by power iteration and deflation (Golub and Van Loan, Matrix Computations, 4th ed., 8.2.1), until a direction stands still.
/// Memory: the vectors a second time.
/// </remarks>
internal static class PrincipalMap
{
    private const int MostSteps = 200;
    private const double Still = 1e-9;
    private const ulong Seed = 1;

    /// <returns>[row]: its place, and the share of the variance that the two directions have; all zeros where the rows do not differ.</returns>
    public static ((double X, double Y)[] Places, double Share) Of(Points points)
    {
        var rows = Centred(points);
        var all = Enumerable.Range(0, points.Count).Sum(row => Cosine.Dot(RowOf(row), RowOf(row)));
        var (across, first) = Component(0);
        var (up, second) = Component(1);
        return ([.. across.Zip(up)], all > 0 ? Math.Min(1, (first + second) / all) : 0);

        Span<float> RowOf(int row) => rows.AsSpan(row * points.Width, points.Width);

        // The rows' lengths along the next direction, which is then taken out of them; its part of the variance.
        (double[] Lengths, double Part) Component(uint number)
        {
            var direction = Start(points.Width, number);
            var lengths = new double[points.Count];
            for (var step = 0; step < MostSteps; step++)
            {
                var next = new float[points.Width];
                for (var row = 0; row < points.Count; row++)
                {
                    TensorPrimitives.MultiplyAdd(RowOf(row), (float)Cosine.Dot(RowOf(row), direction), next, next);
                }
                var norm = Math.Sqrt(Cosine.Dot(next, next));
                if (norm <= Still * all)
                {
                    return (lengths, 0);
                }
                TensorPrimitives.Divide(next, (float)norm, next);
                var moved = 1 - Cosine.Dot(next, direction);
                direction = next;
                if (moved < Still)
                {
                    break;
                }
            }
            for (var row = 0; row < points.Count; row++)
            {
                lengths[row] = Cosine.Dot(RowOf(row), direction);
                TensorPrimitives.MultiplyAdd(direction, (float)-lengths[row], RowOf(row), RowOf(row));
            }
            // A direction and its opposite are one: the row that lies furthest out lies to the right, or above.
            var sign = Math.Sign(lengths.MaxBy(length => Math.Abs(length)));
            return (Array.ConvertAll(lengths, length => sign * length), lengths.Sum(length => length * length));
        }
    }

    private static float[] Centred(Points points)
    {
        var rows = new float[points.Values.Length];
        var mean = new float[points.Width];
        for (var row = 0; row < points.Count; row++)
        {
            var norm = Math.Sqrt(points.SquaredNorm(row));
            if (norm > 0 && double.IsFinite(norm))
            {
                TensorPrimitives.Divide(points[row], (float)norm, rows.AsSpan(row * points.Width, points.Width));
            }
            TensorPrimitives.Add(rows.AsSpan(row * points.Width, points.Width), mean, mean);
        }
        TensorPrimitives.Divide(mean, Math.Max(1, points.Count), mean);
        for (var row = 0; row < points.Count; row++)
        {
            var centred = rows.AsSpan(row * points.Width, points.Width);
            TensorPrimitives.Subtract(centred, mean, centred);
        }
        return rows;
    }

    private static float[] Start(int width, uint number)
    {
        var draws = new PhiloxStream(Seed, Purpose.MapDirections, number);
        var direction = new float[width];
        foreach (ref var value in direction.AsSpan())
        {
            value = (float)draws.Normal();
        }
        TensorPrimitives.Divide(direction, (float)Math.Sqrt(Cosine.Dot(direction, direction)), direction);
        return direction;
    }
}
