namespace ParquetPool.Scorer.Calibration;

/// <summary>How small the ratio of a row's nearest to its second nearest distance is where no row is a copy of another.</summary>
/// <remarks>
/// Where rows lie evenly in m dimensions, (d(k) / d(k+1))^k has one distribution for all k, that of a uniform number to the power 1/m, and
/// the ratios of a row are independent of each other (Facco, d'Errico, Rodriguez and Laio 2017 use k = 1 for m). A copy is nearer than
/// its place tells, which spoils k = 1 alone. So the distribution is that of k = 3 and 4 as observed: whatever m is, also where it is not
/// the same for all rows, and nothing is assumed of what copies look like. Rows of the other split that double each other spoil k = 2.
/// Where a row's first neighbours lie in fewer dimensions than those behind them, as pictures of one thing among pictures of many do, the
/// ratios fall with k; then they are raised to the power that the medians of k = 2 and of k = 3 and 4, a line in log k, have at k = 1, as far as that is no chance.
/// </remarks>
internal sealed class DistanceRatios
{
    private readonly float[] ratios;

    /// <summary>Of all rows that have neighbours.</summary>
    public DistanceRatios(NeighbourDistances distances)
    {
        ratios = Sorted(distances, 3, 4);
        if (PowerAtFirst(Sorted(distances, 2), ratios) is > 1 and var power)
        {
            ratios = [.. ratios.Select(ratio => (float)Math.Pow(ratio, power))];
        }
    }

    /// <summary>The chance that a row without a copy has its nearest row within <paramref name="distance"/>, from the distance of its second nearest.</summary>
    public double ChanceWithin(double distance, double second) => distance >= second ? 1 : (double)CountTo((float)(distance / second)) / ratios.Length;

    /// <summary>By a line through the second and the third and fourth, at the logarithm of their geometric mean; what lies between these within two standard errors is chance.</summary>
    private static double PowerAtFirst(float[] second, float[] further)
    {
        var (near, far) = (-Math.Log(second[second.Length / 2]), -Math.Log(further[further.Length / 2]));
        var behind = Math.Log(3 * 4) / 2;
        // Of exponential numbers, as the logarithms are, the median has this relative error.
        var error = 2 * Math.Sqrt((1.0 / second.Length) + (1.0 / further.Length)) / Math.Log(2);
        return far > 0 && double.IsFinite(near) ? 1 + (((near / far) - 1 - error) * behind / (behind - Math.Log(2))) : 1;
    }

    private static float[] Sorted(NeighbourDistances distances, params int[] neighbours)
    {
        float[] sorted = [.. distances.Rows.SelectMany(_ => neighbours, (row, k) => Ratio(distances, row, k))];
        Array.Sort(sorted);
        return sorted;
    }

    private int CountTo(float ratio)
    {
        var (low, high) = (0, ratios.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ratios[middle] <= ratio ? (middle + 1, high) : (low, middle);
        }
        return low;
    }

    private static float Ratio(NeighbourDistances distances, int row, int k) =>
        distances.Of(row, k + 1) is > 0 and var next ? MathF.Pow(distances.Of(row, k) / next, k) : 1;
}
