namespace ParquetPool.Scorer.Cells;

/// <summary>How many of the nearest rows an approximate search finds, measured by exact search for a sample of queries.</summary>
/// <param name="Cells">Cells of the index.</param>
/// <param name="Probes">Cells that each query is compared with.</param>
/// <param name="Sampled">Nearest rows that were sought exactly, of query rows that the probes were not chosen by.</param>
/// <param name="Recall">The share of them that the probes reach; null of none.</param>
/// <param name="Low">The lower end of the 95 % interval, as wide as if all nearest rows of a query were found or missed together.</param>
/// <param name="High">The upper end.</param>
internal sealed record MeasuredRecall(int Cells, int Probes, int Sampled, double? Recall, double Low, double High)
{
    private const double Z = 1.959964;

    /// <summary>A line for people.</summary>
    public override string ToString() => Recall is { } recall
        ? FormattableString.Invariant($"{recall:P2} of {Sampled:N0} nearest rows sought exactly are found (95 % interval {Low:P2} to {High:P2}), {Probes:N0} of {Cells:N0} cells probed")
        : FormattableString.Invariant($"no rows to measure the recall by, {Probes:N0} of {Cells:N0} cells probed");

    /// <summary>The share with its score interval (Wilson, 1927).</summary>
    /// <param name="queries">Whose nearest rows were sought.</param>
    public static MeasuredRecall Of(int cells, int probes, int found, int sampled, int queries)
    {
        if (sampled == 0)
        {
            return new MeasuredRecall(cells, probes, 0, null, 0, 1);
        }
        var (n, share) = ((double)queries, (double)found / sampled);
        var centre = (share + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z / (1 + (Z * Z / n)) * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n)));
        return new MeasuredRecall(cells, probes, sampled, share, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
