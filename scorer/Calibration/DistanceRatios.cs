namespace ParquetPool.Scorer.Calibration;

/// <summary>How small the ratio of a row's nearest to its second nearest distance is where no row is a copy of another.</summary>
/// <remarks>
/// Where rows lie evenly in m dimensions, (d(k) / d(k+1))^k has one distribution for all k, that of a uniform number to the power 1/m, and
/// the ratios of a row are independent of each other (Facco, d'Errico, Rodriguez and Laio 2017 use k = 1 for m). A copy is nearer than
/// its place tells, which spoils k = 1 alone. So the distribution is that of k = 3 and 4 as observed: whatever m is, also where it is not
/// the same for all rows, and nothing is assumed of what copies look like. Rows of the other split that double each other spoil k = 2.
/// </remarks>
internal sealed class DistanceRatios
{
    private readonly float[] ratios;

    /// <summary>Of all rows that have neighbours.</summary>
    public DistanceRatios(NeighbourDistances distances)
    {
        ratios = [.. distances.Rows.SelectMany(row => Enumerable.Range(3, NeighbourDistances.Kept - 3), (row, k) => Ratio(distances, row, k))];
        Array.Sort(ratios);
    }

    /// <summary>The chance that a row without a copy has its nearest row within <paramref name="distance"/>, from the distance of its second nearest.</summary>
    public double ChanceWithin(double distance, double second) => distance >= second ? 1 : (double)CountTo((float)(distance / second)) / ratios.Length;

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
