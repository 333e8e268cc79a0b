namespace ParquetPool.Scorer.Showing;

/// <summary>How a score of all rows of a pool is spread, those that are not shown among them: counts in bins of one width.</summary>
/// <param name="From">The least score.</param>
/// <param name="To">The greatest.</param>
/// <param name="Counts">[bin]</param>
/// <param name="Middle">The median.</param>
internal sealed record ShownSpread(double From, double To, IReadOnlyList<int> Counts, double Middle)
{
    /// <summary>As many as the page's other histogram has.</summary>
    private const int Bins = 40;

    /// <param name="scores">One or more, all finite.</param>
    public static ShownSpread Of(IEnumerable<double> scores)
    {
        double[] ordered = [.. scores.Order()];
        var (from, to, counts) = (ordered[0], ordered[^1], new int[Bins]);
        foreach (var score in ordered)
        {
            counts[to > from ? (int)Math.Min(Bins - 1, (score - from) / (to - from) * Bins) : 0]++;
        }
        return new ShownSpread(from, to, counts, ordered[ordered.Length / 2]);
    }
}
