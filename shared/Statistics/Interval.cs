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

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
