namespace ParquetPool.Scorer.Neighbours;

/// <summary>What a search looks for.</summary>
/// <param name="Neighbours">k: the most neighbours of a query row.</param>
/// <param name="MinSimilarity">Neighbours below this cosine are left out.</param>
/// <param name="Within">Queries and corpus are rows of the same split: a row is not its own neighbour.</param>
/// <param name="Threads">Workers; each multiplies on one thread.</param>
public sealed record NeighbourSearchOptions(int Neighbours = 1, double MinSimilarity = -1, bool Within = false, int Threads = 1)
{
    /// <summary>The scan's implementation; only tests choose.</summary>
    internal ScanLanes Lanes { get; init; } = SimilarityScan.Widest;
}
