using MathNet.Numerics.Distributions;

namespace ParquetPool.Statistics;

/// <summary>From the 2.5 % to the 97.5 % quantile.</summary>
public sealed record Interval(double Low, double High)
{
    /// <summary>The middle 95 % of some values, at least one.</summary>
    public static Interval MiddleOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Interval(Quantile.Of(sorted, 0.025), Quantile.Of(sorted, 0.975));
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
}
