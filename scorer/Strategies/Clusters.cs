using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Strategies;

/// <summary>Rows in groups of near embeddings: k-means.</summary>
/// <remarks>
/// Seeded by k-means++ (Arthur and Vassilvitskii, 2007), then <see cref="Iterations"/> steps of Lloyd's algorithm, fewer where nothing moves.
/// Sums run in the order of the rows, so the clusters do not depend on threads. Memory: rows and k · width.
/// </remarks>
internal sealed class Clusters
{
    public const int Iterations = 10;

    private readonly Points points;
    private readonly int[] of;
    private Points centres;

    /// <param name="count">k, at least 1; fewer clusters are made where there are fewer different points.</param>
    public Clusters(Points points, int count, ulong seed)
    {
        this.points = points;
        of = new int[points.Count];
        centres = Seed(count, seed);
        Assign();
        for (var i = 0; i < Iterations; i++)
        {
            centres = Means();
            if (!Assign())
            {
                break;
            }
        }
    }

    public int Count => centres.Count;

    /// <summary>[row]: the row's cluster.</summary>
    public IReadOnlyList<int> Of => of;

    /// <summary>The cluster whose centre is nearest to a point of others; the first of equals.</summary>
    public int Nearest(Points others, int row)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (var centre = 0; centre < centres.Count; centre++)
        {
            // |x − c|² without |x|², which is the same for all centres.
            var distance = centres.SquaredNorm(centre) - (2 * centres.Dot(centre, others, row));
            (best, least) = distance < least ? (centre, distance) : (best, least);
        }
        return best;
    }

    /// <summary>From a point of others to the centre of a cluster.</summary>
    public double Distance(Points others, int row, int cluster) => Math.Sqrt(centres.SquaredDistance(cluster, others, row));

    private Points Seed(int count, ulong seed)
    {
        var draws = new PhiloxStream(seed, Purpose.ClusterCentres);
        var chosen = new List<int> { draws.Below(points.Count) };
        var nearest = new double[points.Count];
        Array.Fill(nearest, double.PositiveInfinity);
        while (chosen.Count < count)
        {
            var last = chosen[^1];
            Parallel.For(0, points.Count, row => nearest[row] = row == last ? 0 : Math.Min(nearest[row], points.SquaredDistance(row, points, last)));
            var next = Draw(nearest, draws.Uniform());
            if (next < 0)
            {
                break;
            }
            chosen.Add(next);
        }
        return new Points([.. chosen.SelectMany(row => points[row].ToArray())], points.Width);
    }

    /// <summary>A row drawn in proportion to its weight; -1 where all are 0.</summary>
    private static int Draw(double[] weights, double uniform)
    {
        var left = uniform * weights.Sum();
        var last = -1;
        for (var row = 0; row < weights.Length; row++)
        {
            if (weights[row] > 0)
            {
                last = row;
                left -= weights[row];
                if (left < 0)
                {
                    break;
                }
            }
        }
        return last;
    }

    /// <summary>Whether a row changed its cluster.</summary>
    private bool Assign()
    {
        var moved = false;
        Parallel.For(0, points.Count, row =>
        {
            var nearest = Nearest(points, row);
            if (of[row] != nearest)
            {
                of[row] = nearest;
                moved = true;
            }
        });
        return moved;
    }

    /// <summary>The mean of each cluster; an empty one keeps its centre.</summary>
    private Points Means()
    {
        var sums = new double[centres.Count * points.Width];
        var sizes = new int[centres.Count];
        for (var row = 0; row < of.Length; row++)
        {
            var sum = sums.AsSpan(of[row] * points.Width, points.Width);
            var point = points[row];
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += point[i];
            }
            sizes[of[row]]++;
        }
        var means = centres.Values.ToArray();
        for (var i = 0; i < means.Length; i++)
        {
            var size = sizes[i / points.Width];
            means[i] = size > 0 ? (float)(sums[i] / size) : means[i];
        }
        return new Points(means, points.Width);
    }
}
