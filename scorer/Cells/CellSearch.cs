using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Cells;

/// <summary>The nearest neighbours of query rows among the rows of the cells that they probe.</summary>
/// <remarks>
/// Among the rows compared the result is that of <see cref="NeighbourSearch"/>: every candidate is decided in double, and nothing depends on threads, block
/// sizes or order. Memory: the query blocks, one block and one product per worker, k neighbours per query row, 8 bytes for each query row and probe.
/// </remarks>
internal static class CellSearch
{
    /// <inheritdoc cref="NeighbourSearch.Run"/>
    public static NeighbourSearchResult Run(
        IReadOnlyList<EmbeddingBlock> queries, CellIndex index, int probes, NeighbourSearchOptions options, double[]? nearestQuery,
        Action<long> advance, CancellationToken stopping)
    {
        var probing = index.Probing(queries, probes, options.Threads, stopping);
        var nearest = new NearestSoFar(queries, options);
        using var product = index.ProductWith(SearchWorker.RowsAtOnce);
        var workers = new SearchWorker[options.Threads];
        var compared = 0L;
        try
        {
            index.Visit(
                options.Threads,
                thread =>
                {
                    var worker = workers[thread] = new SearchWorker(queries, options, product, nearest, nearestQuery);
                    return (cell, rows, stop) =>
                    {
                        worker.Visit(rows, probing[cell], stop);
                        Interlocked.Add(ref compared, (long)rows.Count * probing[cell].Count);
                        advance(rows.Count);
                    };
                },
                cell => probing[cell].Count > 0, stopping);
            return new NeighbourSearchResult(nearest.Lists, compared, workers.Sum(w => w?.Recomputed ?? 0));
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
