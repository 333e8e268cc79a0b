namespace ParquetPool.Scorer.Strategies;

/// <summary>The most uncertain rows, spread over clusters from the smallest to the largest in turn.</summary>
/// <remarks>
/// Citovsky et al., "Batch active learning at scale" (2021), algorithm 2. Of the candidates the <see cref="RowsPerWanted"/> · K with the lowest
/// margin come first; round after round each cluster gives one of them, drawn evenly, smaller clusters first (by their number of such rows).
/// The paper clusters by average linkage, whose memory grows with the square of the rows; here it is k-means with as many clusters as rows
/// wanted. When these rows are used up, the others follow by margin. The value is the key of the row, −margin unless another score is asked for.
/// </remarks>
internal sealed class ClusterMargin : IStrategy
{
    public const int RowsPerWanted = 10;

    private readonly double[] keys;
    private readonly List<Queue<int>> clusters; // The smallest first; each in the order drawn.
    private readonly ByKey others;
    private int next;

    /// <param name="keys">[row]: the uncertainty, high first.</param>
    /// <param name="draws">[row]: even, decides the order within a cluster.</param>
    /// <param name="isCandidate">[row]: others are not looked at.</param>
    public ClusterMargin(Points points, double[] keys, double[] draws, bool[] isCandidate, int wanted, ulong seed)
    {
        this.keys = keys;
        others = new ByKey(keys);
        int[] uncertain =
        [
            .. Enumerable.Range(0, keys.Length).Where(i => isCandidate[i]).OrderByDescending(i => keys[i])
                .Take((int)Math.Min(keys.Length, (long)wanted * RowsPerWanted)).Order(),
        ];
        var of = new Clusters(new Points([.. uncertain.SelectMany(i => points[i].ToArray())], points.Width), wanted, seed).Of;
        clusters =
        [
            .. uncertain.Index().GroupBy(u => of[u.Index], u => u.Item).OrderBy(g => g.Count()).ThenBy(g => g.First())
                .Select(g => new Queue<int>(g.OrderByDescending(i => draws[i]))),
        ];
    }

    /// <inheritdoc/>
    public Choice? Next(ReadOnlySpan<bool> open)
    {
        while (clusters.Count > 0)
        {
            if (next >= clusters.Count)
            {
                next = 0;
            }
            if (!clusters[next].TryDequeue(out var row))
            {
                clusters.RemoveAt(next);
            }
            else if (open[row])
            {
                next++;
                return new Choice(row, keys[row]);
            }
        }
        return others.Next(open);
    }
}
