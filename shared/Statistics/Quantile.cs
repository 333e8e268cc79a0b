namespace ParquetPool.Statistics;

/// <summary>Quantiles of sorted values, between two of them by a straight line (Hyndman and Fan 1996, type 7).</summary>
public static class Quantile
{
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="share">From 0, the least, to 1, the greatest.</param>
    public static double Of(IReadOnlyList<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
