using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>Overlaps on the scale of cosines: an overlap counts as the cosine that is as rare among rows and their nearest.</summary>
/// <remarks>
/// Of cosines and of overlaps the same two quantiles of such pairs are laid on each other, with a line in −log(1 − x) through both: order is kept, and nothing is more than 1.
/// Of each row the highest cosine and the highest overlap are left out, for they may be those of copies.
/// </remarks>
internal sealed class OverlapScale
{
    /// <summary>The fewest pairs that tell how rare something is; of fewer an overlap counts as it is.</summary>
    public const int LeastPairs = 1000;

    private const double Rare = 0.97;
    private const double Rarest = 0.997;

    // Beyond it a similarity is as good as 1.
    private const double LeastDistance = 1e-6;

    private readonly double offset;
    private readonly double slope;

    private OverlapScale(double offset, double slope) => (this.offset, this.slope) = (offset, slope);

    /// <summary>Leaves overlaps as they are.</summary>
    public static OverlapScale Same { get; } = new(0, 1);

    /// <param name="rows">The cosines of each row with its nearest, and the overlaps of their pictures.</param>
    public static OverlapScale Of(IEnumerable<IReadOnlyList<(double Cosine, double Overlap)>> rows)
    {
        var (cosines, overlaps) = (new List<double>(), new List<double>());
        foreach (var row in rows)
        {
            cosines.AddRange(row.Select(pair => pair.Cosine).OrderDescending().Skip(1));
            overlaps.AddRange(row.Select(pair => pair.Overlap).OrderDescending().Skip(1));
        }
        if (cosines.Count < LeastPairs)
        {
            return Same;
        }
        cosines.Sort();
        overlaps.Sort();
        if (Quantile.Of(overlaps, Rare) >= OverlapSearch.Plain)
        {
            return Same; // So many copies that nothing tells how rare chance makes such an overlap.
        }
        var (low, high) = (Depth(Quantile.Of(overlaps, Rare)), Depth(Quantile.Of(overlaps, Rarest)));
        var (from, to) = (Depth(Quantile.Of(cosines, Rare)), Depth(Quantile.Of(cosines, Rarest)));
        var slope = (to - from) / (high - low);
        return double.IsFinite(slope) && slope > 0 ? new(from - (slope * low), slope) : Same;
    }

    /// <summary>The cosine that the overlap of two pictures that fit counts as.</summary>
    /// <param name="overlap">Above 0.</param>
    public double CosineOf(double overlap) => this == Same ? overlap : Math.Max(-1, 1 - Math.Exp(-(offset + (slope * Depth(overlap)))));

    private static double Depth(double similarity) => -Math.Log(Math.Max(LeastDistance, 1 - similarity));
}
