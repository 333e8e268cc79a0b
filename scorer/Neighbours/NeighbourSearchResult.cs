namespace ParquetPool.Scorer.Neighbours;

/// <summary>What a search found.</summary>
/// <param name="Lists">One per query block, in the order of the blocks.</param>
/// <param name="Pairs">Query rows times corpus rows.</param>
/// <param name="Recomputed">Cosines that were decided in double.</param>
public sealed record NeighbourSearchResult(IReadOnlyList<TopNeighbours> Lists, long Pairs, long Recomputed)
{
    /// <summary>The neighbours of each row, nearest first; of a row with several vectors, which follow one another in its block, those of all of them, each by its most similar.</summary>
    /// <param name="queries">The blocks that were searched for.</param>
    /// <param name="k">The most neighbours of a row; no more than were sought.</param>
    public IEnumerable<(int Row, TopNeighbours Nearest)> ByRow(IReadOnlyList<EmbeddingBlock> queries, int k)
    {
        foreach (var (block, lists) in queries.Zip(Lists))
        {
            for (var index = 0; index < block.Count;)
            {
                var (row, nearest) = (block.RowAt(index), new TopNeighbours(1, k));
                for (; index < block.Count && block.RowAt(index) == row; index++)
                {
                    foreach (var neighbour in lists[index])
                    {
                        nearest.Offer(0, neighbour);
                    }
                }
                yield return (row, nearest);
            }
        }
    }
}
