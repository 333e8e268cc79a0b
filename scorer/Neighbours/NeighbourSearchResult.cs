namespace ParquetPool.Scorer.Neighbours;

/// <summary>What a search found.</summary>
/// <param name="Lists">One per query block, in the order of the blocks.</param>
/// <param name="Pairs">Query rows times corpus rows.</param>
/// <param name="Recomputed">Cosines that were decided in double.</param>
public sealed record NeighbourSearchResult(IReadOnlyList<TopNeighbours> Lists, long Pairs, long Recomputed);
