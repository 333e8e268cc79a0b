namespace ParquetPool.Scorer.Strategies;

/// <summary>Typical rows of clusters that no label covers yet: for the first rounds, when scores mean little.</summary>
/// <remarks>
/// Hacohen, Dekel and Weinshall, "Active learning on a budget: opposite strategies suit high and low budgets" (2022), algorithm 1. There are as
/// many clusters as labelled and wanted rows, <see cref="MostClusters"/> at most. The next row is from the cluster with the fewest labelled and
/// selected rows, the largest of these; clusters of up to <see cref="SmallCluster"/> rows come last. Of it the row with the highest
/// typicality is chosen, 1 / mean distance to its <see cref="Neighbours"/> nearest rows of the cluster (eq. 3), which is the value.
/// </remarks>
internal sealed class TypiClust : IStrategy
{
    public const int MostClusters = 500;
    public const int SmallCluster = 5;
    public const int Neighbours = 20;

    private readonly Points points;
    private readonly int[][] rowsOf; // [cluster]: its rows.
    private readonly int[] covered; // [cluster]: labelled and selected rows.
    private readonly double[]?[] typicality; // [cluster][row of it], when it was first asked for.

    /// <param name="points">Embeddings of the rows.</param>
    /// <param name="labelled">Embeddings of the labelled rows.</param>
    /// <param name="wanted">Rows to select.</param>
    public TypiClust(Points points, Points labelled, int wanted, ulong seed)
    {
        this.points = points;
        var clusters = new Clusters(points, Math.Min(labelled.Count + wanted, MostClusters), seed);
        rowsOf = [.. clusters.Of.Index().GroupBy(r => r.Item, r => r.Index).OrderBy(g => g.Key).Select(g => g.ToArray())];
        covered = new int[rowsOf.Length];
        typicality = new double[rowsOf.Length][];
        var place = rowsOf.Index().ToDictionary(r => clusters.Of[r.Item[0]], r => r.Index);
        for (var row = 0; row < labelled.Count; row++)
        {
            if (place.TryGetValue(clusters.Nearest(labelled, row), out var cluster))
            {
                covered[cluster]++;
            }
        }
    }

    /// <inheritdoc/>
    public Choice? Next(ReadOnlySpan<bool> open)
    {
        var best = -1;
        for (var cluster = 0; cluster < rowsOf.Length; cluster++)
        {
            if (HasOpen(rowsOf[cluster], open) && (best < 0 || Order(cluster).CompareTo(Order(best)) < 0))
            {
                best = cluster;
            }
        }
        if (best < 0)
        {
            return null;
        }
        var values = typicality[best] ??= TypicalityOf(rowsOf[best]);
        var chosen = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (open[rowsOf[best][i]] && (chosen < 0 || values[i] > values[chosen]))
            {
                chosen = i;
            }
        }
        covered[best]++;
        return new Choice(rowsOf[best][chosen], values[chosen]);
    }

    private (bool IsSmall, int Covered, int Size, int Cluster) Order(int cluster) =>
        (rowsOf[cluster].Length <= SmallCluster, covered[cluster], -rowsOf[cluster].Length, cluster);

    private static bool HasOpen(int[] rows, ReadOnlySpan<bool> open)
    {
        foreach (var row in rows)
        {
            if (open[row])
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>1 / mean distance to the nearest rows; infinite among copies.</summary>
    private double[] TypicalityOf(int[] rows)
    {
        var values = new double[rows.Length];
        var count = Math.Min(Neighbours, rows.Length - 1);
        Parallel.For(0, rows.Length, i =>
        {
            var farthestFirst = new PriorityQueue<double, double>(count + 1);
            for (var j = 0; j < rows.Length; j++)
            {
                if (j != i)
                {
                    var distance = points.SquaredDistance(rows[i], points, rows[j]);
                    farthestFirst.Enqueue(distance, -distance);
                    if (farthestFirst.Count > count)
                    {
                        farthestFirst.Dequeue();
                    }
                }
            }
            double sum = 0;
            while (farthestFirst.TryDequeue(out var distance, out _))
            {
                sum += Math.Sqrt(distance);
            }
            values[i] = count / sum;
        });
        return values;
    }
}
