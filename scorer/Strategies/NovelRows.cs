namespace ParquetPool.Scorer.Strategies;

/// <summary>Rows of clusters that have far fewer labels than chance would give them, cluster by cluster; then those of the others, shortest of labels first.</summary>
/// <remarks>
/// There are as many clusters as labelled rows divided by <see cref="LabelsPerCluster"/>: with fewer labels a cluster cannot be told from one that has none by
/// chance, with more it holds several classes. The value is the p of the cluster, see <see cref="LabelShortage"/>; NaN where it is not short.
/// </remarks>
internal sealed class NovelRows : IStrategy
{
    public const int LabelsPerCluster = 8;
    public const int MostClusters = 500;

    private readonly int[] clusterOf;
    private readonly LabelShortage shortage;
    private readonly ClusterTurns novel;
    private readonly ClusterTurns[] others;

    /// <param name="points">Embeddings of the rows.</param>
    /// <param name="labelled">Embeddings of the labelled rows.</param>
    public NovelRows(Points points, Points labelled, ulong seed)
    {
        var clusters = Find(points, labelled, CountFor(labelled.Count), seed);
        clusterOf = [.. clusters.Of.Take(points.Count)];
        double[] distances = [.. clusterOf.Select((cluster, row) => clusters.Distance(points, row, cluster))];
        var (sizes, marked) = (new int[clusters.Count], new int[clusters.Count]);
        foreach (var (row, cluster) in clusters.Of.Index())
        {
            sizes[cluster]++;
            marked[cluster] += row < points.Count ? 0 : 1;
        }
        shortage = new LabelShortage(sizes, marked);
        novel = new ClusterTurns(clusterOf, distances, shortage.Order.Where(c => shortage.IsShort[c]));
        others = [.. shortage.Order.Where(c => !shortage.IsShort[c]).Select(c => new ClusterTurns(clusterOf, distances, [c]))];
    }

    /// <summary>How many clusters so many labelled rows can tell apart.</summary>
    public static int CountFor(int labelled) => Math.Clamp(labelled / LabelsPerCluster, 2, MostClusters);

    /// <summary>Clusters of rows and, behind them, labelled rows.</summary>
    public static Clusters Find(Points points, Points labelled, int count, ulong seed) => new(new Points([.. points.Values, .. labelled.Values], points.Width), count, seed);

    /// <inheritdoc/>
    public Choice? Next(ReadOnlySpan<bool> open)
    {
        if (novel.Next(open) is { } row)
        {
            return new Choice(row, Math.Max(double.Epsilon, shortage.P[clusterOf[row]]));
        }
        foreach (var cluster in others)
        {
            if (cluster.Next(open) is { } other)
            {
                return new Choice(other, double.NaN);
            }
        }
        return null;
    }
}
