using MathNet.Numerics.Distributions;

namespace ParquetPool.Statistics;

/// <summary>From the 2.5 % to the 97.5 % quantile.</summary>
public sealed record Interval(double Low, double High)
{
    /// <summary>The middle 95 % of some values, at least one; between two of them by a straight line (Hyndman and Fan 1996, type 7).</summary>
    public static Interval MiddleOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Interval(Quantile(sorted, 0.025), Quantile(sorted, 0.975));
    }

    /// <summary>Of the mean of values that are drawn from a normal distribution: ± t · s / √n, by Student's t with n − 1 degrees of freedom; null of one value, which says nothing of others.</summary>
    public static Interval? OfMean(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
        {
            return null;
        }
        var mean = values.Average();
        var error = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1) / values.Count);
        var reach = StudentT.InvCDF(0, 1, values.Count - 1, 0.975) * error;
        return new Interval(mean - reach, mean + reach);
    }

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
