using System.Numerics.Tensors;
using ParquetPool.Randomness;

namespace ParquetPool.Statistics;

/// <summary>The few directions in which rows differ most, each as long as the others: where densities are measured.</summary>
/// <remarks>
/// Principal components by orthogonal iteration (Golub and Van Loan, Matrix Computations, 4th ed., 8.2.4), each divided by its deviation. Sums have one order, whatever
/// the width of the registers, so the same rows give the same bits. An unknown number (NaN) is taken as the mean. Rows a hundred times as far from others as the middle one have a
/// place, and no say in the directions: beside one of them all others would be alike.
/// </remarks>
public sealed class LatentSpace
{
    /// <summary>The most directions.</summary>
    public const int MostDimensions = 16;

    private const int Iterations = 8;

    // Rounding leaves directions in which nothing differs a little deviation.
    private const double Vanished = 1e-4;

    private const int References = 5;
    private const double FarOut = 100;

    // The sum of squares of all directions is a number still.
    private const float Farthest = 1e18f;

    private readonly float[] mean;
    private readonly float[] directions; // [element, direction]: unit vectors over their deviations.

    private LatentSpace(float[] mean, float[] directions) => (this.mean, this.directions, Dimensions) = (mean, directions, directions.Length / mean.Length);

    public int Dimensions { get; }

    /// <param name="rows">[row][element].</param>
    public static LatentSpace Of(IReadOnlyList<float[]> rows)
    {
        rows = Usual(rows);
        var width = rows[0].Length;
        var mean = MeanOf(rows);
        var count = Math.Min(MostDimensions, width);
        var found = new float[width * count];
        var draws = new PhiloxStream(0, Purpose.DensityDirections);
        foreach (ref var value in found.AsSpan())
        {
            value = (float)draws.Normal();
        }
        var centred = new float[width];
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            Orthonormalise(found, count);
            var next = new float[found.Length];
            foreach (var row in rows)
            {
                Centre(row, mean, centred);
                var along = Along(centred, found, count);
                for (var i = 0; i < width; i++)
                {
                    var to = next.AsSpan(i * count, count);
                    TensorPrimitives.MultiplyAdd(along, centred[i], to, to);
                }
            }
            found = next;
        }
        Orthonormalise(found, count);
        return new LatentSpace(mean, Scaled(rows, mean, found, count));
    }

    /// <summary>Where a row lies, [direction].</summary>
    public float[] Place(ReadOnlySpan<float> row)
    {
        var centred = new float[mean.Length];
        Centre(row, mean, centred);
        return Array.ConvertAll(Along(centred, directions, Dimensions), value => value >= -Farthest ? Math.Min(value, Farthest) : -Farthest);
    }

    /// <summary>The rows without those that are far out, by the middle one of their distances to some rows of the sample.</summary>
    private static IReadOnlyList<float[]> Usual(IReadOnlyList<float[]> rows)
    {
        float[][] references = [.. Enumerable.Range(1, References).Select(i => rows[i * rows.Count / (References + 1)])];
        var apart = new double[rows.Count];
        Parallel.For(0, apart.Length, row => apart[row] = references.Select(reference => Squared(rows[row], reference)).Order().ElementAt(References / 2));
        var middle = apart.Order().ElementAt(apart.Length / 2);
        return middle > 0 ? [.. rows.Where((_, row) => apart[row] <= FarOut * FarOut * middle)] : rows;
    }

    private static double Squared(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            var apart = (double)a[i] - b[i];
            sum += double.IsNaN(apart) ? 0 : apart * apart;
        }
        return sum;
    }

    private static float[] MeanOf(IReadOnlyList<float[]> rows)
    {
        var (sums, counts) = (new double[rows[0].Length], new int[rows[0].Length]);
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                if (float.IsFinite(row[i]))
                {
                    sums[i] += row[i];
                    counts[i]++;
                }
            }
        }
        return [.. sums.Zip(counts, (sum, count) => count > 0 ? (float)(sum / count) : 0)];
    }

    private static void Centre(ReadOnlySpan<float> row, float[] mean, float[] centred)
    {
        for (var i = 0; i < mean.Length; i++)
        {
            centred[i] = float.IsFinite(row[i]) ? row[i] - mean[i] : 0;
        }
    }

    private static float[] Along(float[] centred, float[] directions, int count)
    {
        var along = new float[count];
        for (var i = 0; i < centred.Length; i++)
        {
            if (centred[i] != 0)
            {
                TensorPrimitives.MultiplyAdd(directions.AsSpan(i * count, count), centred[i], along, along);
            }
        }
        return along;
    }

    /// <summary>The directions over the deviations along them, without those in which the rows are alike.</summary>
    private static float[] Scaled(IReadOnlyList<float[]> rows, float[] mean, float[] found, int count)
    {
        var squares = new double[count];
        var centred = new float[mean.Length];
        foreach (var row in rows)
        {
            Centre(row, mean, centred);
            var along = Along(centred, found, count);
            for (var i = 0; i < count; i++)
            {
                squares[i] += (double)along[i] * along[i];
            }
        }
        double[] deviations = [.. squares.Select(square => Math.Sqrt(square / rows.Count))];
        int[] kept = [.. Enumerable.Range(0, count).Where(i => deviations[i] > Vanished * deviations.Max())];
        var scaled = new float[mean.Length * kept.Length];
        for (var i = 0; i < mean.Length; i++)
        {
            for (var k = 0; k < kept.Length; k++)
            {
                scaled[(i * kept.Length) + k] = (float)(found[(i * count) + kept[k]] / deviations[kept[k]]);
            }
        }
        return scaled;
    }

    /// <summary>Gram and Schmidt's, each direction twice; a direction that is made of the others becomes zero.</summary>
    private static void Orthonormalise(float[] found, int count)
    {
        var width = found.Length / count;
        var all = Enumerable.Range(0, count).Select(k => Enumerable.Range(0, width).Select(i => (double)found[(i * count) + k]).ToArray()).ToArray();
        foreach (var (k, direction) in all.Index())
        {
            var before = Norm(direction);
            for (var pass = 0; pass < 2; pass++)
            {
                foreach (var earlier in all.Take(k))
                {
                    TensorPrimitives.MultiplyAdd(earlier, -Dot(earlier, direction), direction, direction);
                }
            }
            var norm = Norm(direction);
            TensorPrimitives.Multiply(direction, norm > Vanished * Vanished * before ? 1 / norm : 0, direction);
            for (var i = 0; i < width; i++)
            {
                found[(i * count) + k] = (float)direction[i];
            }
        }
    }

    private static double Norm(double[] vector) => Math.Sqrt(Dot(vector, vector));

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
