using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Calibration;

/// <summary>How far the nearest rows of each row are: Euclidean, between vectors of length 1, byte-identical neighbours of one row counted once. 24 bytes a row.</summary>
/// <param name="within">The neighbours are rows of the same split.</param>
internal sealed class NeighbourDistances(int rows, bool within)
{
    /// <summary>Neighbours kept of each row.</summary>
    public const int Kept = 5;

    private readonly float[] distances = new float[rows * Kept];
    private readonly int[] nearest = new int[rows];
    private readonly bool[] known = new bool[rows];

    /// <summary>Rows with as many neighbours as are kept, in their order.</summary>
    public IEnumerable<int> Rows => Enumerable.Range(0, rows).Where(row => known[row]);

    /// <summary>Takes in a row's neighbours, nearest first; a row with too few is left out.</summary>
    public void Set(int row, ReadOnlySpan<Neighbour> neighbours)
    {
        if (neighbours.Length < Kept)
        {
            return;
        }
        for (var k = 0; k < Kept; k++)
        {
            distances[(row * Kept) + k] = (float)DistanceAt(neighbours[k].Similarity);
        }
        (nearest[row], known[row]) = (neighbours[0].Row, true);
    }

    /// <summary>The distance of the k-th nearest row, k from 1.</summary>
    public float Of(int row, int k) => distances[(row * Kept) + k - 1];

    /// <summary>The pairs that a row brings to the list: one half where its nearest row, in the same split, brings the same pair.</summary>
    public double PairsOf(int row) => within && known[nearest[row]] && nearest[nearest[row]] == row ? 0.5 : 1;

    /// <summary>√(2 − 2 · cosine).</summary>
    public static double DistanceAt(double similarity) => Math.Sqrt(Math.Max(0, 2 - (2 * similarity)));

    /// <summary>The cosine at a distance.</summary>
    public static double SimilarityAt(double distance) => 1 - (distance * distance / 2);
}
