namespace ParquetPool.Scorer.Strategies;

/// <summary>The row farthest from every labelled and selected row: greedy k-centre.</summary>
/// <remarks>
/// Sener and Savarese, "Active learning for convolutional neural networks: a core-set approach" (2018), algorithm 1; Euclidean distance
/// of embeddings, which is also the value. Without labelled rows the first is drawn. Ties to the earlier row.
/// </remarks>
internal sealed class CoreSet : IStrategy
{
    private readonly Points points;
    private readonly double[] draws;
    private readonly double[] nearest; // [row]: squared distance to the nearest centre.
    private bool hasCentre;

    /// <param name="points">Embeddings of the rows.</param>
    /// <param name="labelled">Embeddings of labelled rows.</param>
    /// <param name="draws">[row]: the highest is the first centre where none is labelled.</param>
    public CoreSet(Points points, Points labelled, double[] draws)
    {
        (this.points, this.draws) = (points, draws);
        nearest = new double[points.Count];
        Array.Fill(nearest, double.PositiveInfinity);
        hasCentre = labelled.Count > 0;
        Parallel.For(0, points.Count, row =>
        {
            for (var other = 0; other < labelled.Count; other++)
            {
                nearest[row] = Math.Min(nearest[row], points.SquaredDistance(row, labelled, other));
            }
        });
    }

    /// <inheritdoc/>
    public Choice? Next(ReadOnlySpan<bool> open)
    {
        var best = Greatest.Of(hasCentre ? nearest : draws, open);
        if (best < 0)
        {
            return null;
        }
        var value = Math.Sqrt(nearest[best]);
        hasCentre = true;
        Parallel.For(0, points.Count, row => nearest[row] = Math.Min(nearest[row], points.SquaredDistance(row, points, best)));
        return new Choice(best, value);
    }
}
