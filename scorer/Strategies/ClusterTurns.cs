namespace ParquetPool.Scorer.Strategies;

/// <summary>Rows of clusters in turn, one of each round after round; of a cluster the nearest to its centre first.</summary>
internal sealed class ClusterTurns
{
    private readonly List<Queue<int>> clusters;
    private int next;

    /// <param name="clusterOf">[row]</param>
    /// <param name="distances">[row]: to the centre of its cluster.</param>
    /// <param name="order">The clusters whose rows are wanted, in the order of their turns.</param>
    public ClusterTurns(IReadOnlyList<int> clusterOf, IReadOnlyList<double> distances, IEnumerable<int> order)
    {
        var rows = Enumerable.Range(0, clusterOf.Count).ToLookup(row => clusterOf[row]);
        clusters = [.. order.Where(rows.Contains).Select(cluster => new Queue<int>(rows[cluster].OrderBy(row => distances[row])))];
    }

    /// <summary>The next open row; null where none is left.</summary>
    public int? Next(ReadOnlySpan<bool> open)
    {
        while (clusters.Count > 0)
        {
            next = next >= clusters.Count ? 0 : next;
            if (!clusters[next].TryDequeue(out var row))
            {
                clusters.RemoveAt(next);
            }
            else if (open[row])
            {
                next++;
                return row;
            }
        }
        return null;
    }
}
