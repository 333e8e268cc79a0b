using System.Numerics;
using System.Runtime.CompilerServices;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Takes off what vectors have in common: their mean, and what varies together in all of them.</summary>
/// <remarks>
/// x → L⁻¹ (x − μ), where L Lᵀ = C + s · I, C is the covariance of vectors of length 1 and s its mean variance (Jégou and Chum 2012, with
/// a ridge instead of a cut). Rows of a kind, all photographs of coins say, are told apart by what they do not share. Sums are in double and
/// in one order, so that the same vectors give the same bits.
/// </remarks>
internal sealed class Whitening
{
    /// <summary>The fewest vectors that tell what is common.</summary>
    public const int LeastVectors = 20;

    private readonly float[] mean;
    private readonly float[][] inverse;

    private Whitening(float[] mean, float[][] inverse) => (this.mean, this.inverse) = (mean, inverse);

    /// <summary>Null where the vectors are too few, or all alike.</summary>
    /// <param name="vectors">Of length 1.</param>
    public static Whitening? Of(IReadOnlyList<float[]> vectors)
    {
        if (vectors.Count < LeastVectors)
        {
            return null;
        }
        var width = vectors[0].Length;
        var (mean, centred) = (new float[width], new float[width][]);
        for (var i = 0; i < width; i++)
        {
            mean[i] = (float)(vectors.Sum(vector => (double)vector[i]) / vectors.Count);
            centred[i] = [.. vectors.Select(vector => vector[i] - mean[i])];
        }
        var factor = new double[width][];
        for (var i = 0; i < width; i++)
        {
            factor[i] = new double[i + 1];
            for (var j = 0; j <= i; j++)
            {
                factor[i][j] = Cosine.Dot(centred[i], centred[j]) / vectors.Count;
            }
        }
        var ridge = factor.Sum(row => row[^1]) / width;
        if (!(ridge > 0))
        {
            return null;
        }
        foreach (var row in factor)
        {
            row[^1] += ridge;
        }
        Factorise(factor);
        return new(mean, Inverse(factor));
    }

    /// <summary>Writes what is left of a vector of length 1.</summary>
    /// <param name="spare">As long as the vector.</param>
    public void Apply(ReadOnlySpan<float> vector, Span<float> spare, Span<float> left)
    {
        for (var i = 0; i < mean.Length; i++)
        {
            spare[i] = vector[i] - mean[i];
        }
        for (var i = 0; i < mean.Length; i++)
        {
            left[i] = (float)Cosine.Dot(inverse[i], spare[..(i + 1)]);
        }
    }

    /// <summary>Cholesky's factor in the place of the lower triangle.</summary>
    private static void Factorise(double[][] lower)
    {
        var columns = new double[lower.Length][]; // [column][row − column]
        for (var j = 0; j < lower.Length; j++)
        {
            double[] column = columns[j] = [.. lower.Skip(j).Select(row => row[j])];
            for (var k = 0; k < j; k++)
            {
                TakeOff(column, columns[k].AsSpan(j - k), columns[k][j - k]);
            }
            column[0] = Math.Sqrt(column[0]);
            for (var i = 1; i < column.Length; i++)
            {
                column[i] /= column[0];
            }
            for (var i = 0; i < column.Length; i++)
            {
                lower[j + i][j] = column[i];
            }
        }
    }

    /// <summary>[row][column up to the row]</summary>
    private static float[][] Inverse(double[][] lower)
    {
        var inverse = lower.Select(row => new double[row.Length]).ToArray();
        for (var i = 0; i < lower.Length; i++)
        {
            for (var k = 0; k < i; k++)
            {
                TakeOff(inverse[i].AsSpan(0, k + 1), inverse[k], lower[i][k]);
            }
            for (var j = 0; j < i; j++)
            {
                inverse[i][j] /= lower[i][i];
            }
            inverse[i][i] = 1 / lower[i][i];
        }
        return [.. inverse.Select(row => Array.ConvertAll(row, value => (float)value))];
    }

    /// <summary>Takes a product off each number: several at once, each rounded as if it were alone.</summary>
    // Hot from the first call, as in Cosine.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TakeOff(Span<double> numbers, ReadOnlySpan<double> others, double times)
    {
        var (i, factor) = (0, new Vector<double>(times));
        for (; i <= numbers.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(numbers[i..]) - (new Vector<double>(others[i..]) * factor)).CopyTo(numbers[i..]);
        }
        for (; i < numbers.Length; i++)
        {
            numbers[i] -= others[i] * times;
        }
    }
}
