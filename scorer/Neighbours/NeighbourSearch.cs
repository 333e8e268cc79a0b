namespace ParquetPool.Scorer.Neighbours;

/// <summary>Exact k nearest neighbours by cosine: blocks of queries times blocks of a corpus, streamed once.</summary>
/// <remarks>
/// <para>A Gemm in float finds candidates, and every candidate that its rounding error leaves open is decided in double, so the result
/// is that of a brute-force search in double, ties broken as <see cref="Neighbour.Precedes"/> says.
/// Corpus rows with the same bytes count once, by the first of them, so that copies never crowd out other neighbours. The result does
/// not depend on threads, block sizes or the order of the blocks.</para>
/// <para>Memory: the query blocks, one corpus block and one product block per worker, and k neighbours per query row.</para>
/// </remarks>
internal static class NeighbourSearch
{
    /// <summary>Finds the neighbours of every query row.</summary>
    /// <param name="queries">Blocks of one capacity and width; they belong to the caller.</param>
    /// <param name="corpus">Rows of the same width.</param>
    /// <param name="advance">Told, from any thread, how many corpus rows were compared since the last call.</param>
    /// <param name="nearestQuery">[corpus row's number]: raised to the cosine of its nearest query row; null where nobody asks.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> was cancelled.</exception>
    public static NeighbourSearchResult Run(
        IReadOnlyList<EmbeddingBlock> queries,
        IEmbeddingSource corpus,
        NeighbourSearchOptions options,
        Action<long> advance,
        CancellationToken stopping,
        double[]? nearestQuery = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        if (queries.Count == 0)
        {
            return new NeighbourSearchResult([], 0, 0);
        }
        var width = queries[0].Width;
        var nearest = new NearestSoFar(queries, options);
        long corpusRows = 0;
        using var product = new BlockProduct(queries[0].Capacity, corpus.BlockRows, width);
        var workers = new SearchWorker[options.Threads];
        try
        {
            Workers.Run(
                options.Threads,
                (thread, stop) =>
                {
                    var worker = workers[thread] = new SearchWorker(queries, options, product, nearest, nearestQuery);
                    using var spare = new EmbeddingBlock(corpus.BlockRows, width);
                    while (corpus.Next(spare, stop) is { } block)
                    {
                        worker.Visit(block, stop);
                        Interlocked.Add(ref corpusRows, block.Count);
                        advance(block.Count);
                    }
                },
                stopping);
            return new NeighbourSearchResult(nearest.Lists, corpusRows * queries.Sum(q => (long)q.Count), workers.Sum(w => w.Recomputed));
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker?.Dispose();
            }
        }
    }
}

/// <summary>What a search looks for.</summary>
/// <param name="Neighbours">k: the most neighbours of a query row.</param>
/// <param name="MinSimilarity">Neighbours below this cosine are left out.</param>
/// <param name="Within">Queries and corpus are rows of the same split: a row is not its own neighbour.</param>
/// <param name="Threads">Workers; each multiplies on one thread.</param>
internal sealed record NeighbourSearchOptions(int Neighbours = 1, double MinSimilarity = -1, bool Within = false, int Threads = 1)
{
    /// <summary>The scan's implementation; only tests choose.</summary>
    internal ScanLanes Lanes { get; init; } = SimilarityScan.Widest;
}

/// <summary>What a search found.</summary>
/// <param name="Lists">One per query block, in the order of the blocks.</param>
/// <param name="Pairs">Query rows times corpus rows.</param>
/// <param name="Recomputed">Cosines that were decided in double.</param>
internal sealed record NeighbourSearchResult(IReadOnlyList<TopNeighbours> Lists, long Pairs, long Recomputed)
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
