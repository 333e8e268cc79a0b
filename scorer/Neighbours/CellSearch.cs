namespace ParquetPool.Scorer.Neighbours;

/// <summary>The nearest neighbours of query rows among the rows of the cells that they probe.</summary>
/// <remarks>
/// Among the rows compared the result is that of <see cref="NeighbourSearch"/>: every candidate is decided in double, and nothing depends on threads, block
/// sizes or order. Memory: the query blocks, one block and one product per worker, k neighbours per query row and worker, 8 bytes for each query row and probe.
/// </remarks>
internal static class CellSearch
{
    private const int BlockRows = 1024;

    /// <inheritdoc cref="NeighbourSearch.Run"/>
    public static NeighbourSearchResult Run(
        IReadOnlyList<EmbeddingBlock> queries, CellIndex index, NeighbourSearchOptions options, double[]? nearestQuery,
        Action<long> advance, CancellationToken stopping)
    {
        var probing = Enumerable.Range(0, index.Cells).Select(_ => new List<(int Block, int Index)>()).ToArray();
        foreach (var (block, probes) in index.ProbesOf(queries, options.Threads, stopping).Index())
        {
            for (var i = 0; i < queries[block].Count; i++)
            {
                foreach (var cell in probes[i])
                {
                    probing[cell.Row].Add((block, i));
                }
            }
        }
        var floors = new SearchFloors(queries, options.MinSimilarity);
        using var product = new BlockProduct(SearchWorker.RowsAtOnce, BlockRows, queries[0].Width);
        var workers = new SearchWorker[options.Threads];
        var (taken, compared) = (0, 0L);
        try
        {
            Workers.Run(
                options.Threads,
                (thread, stop) =>
                {
                    var worker = workers[thread] = new SearchWorker(queries, options, product, floors, nearestQuery);
                    using var block = new EmbeddingBlock(BlockRows, queries[0].Width);
                    for (var cell = Interlocked.Increment(ref taken) - 1; cell < index.Cells; cell = Interlocked.Increment(ref taken) - 1)
                    {
                        foreach (var rows in probing[cell].Count > 0 ? index.Rows.Read(cell, block) : [])
                        {
                            worker.Visit(rows, probing[cell], stop);
                            Interlocked.Add(ref compared, (long)rows.Count * probing[cell].Count);
                            advance(rows.Count);
                        }
                    }
                },
                stopping);
            return NeighbourSearch.Merged(workers, compared);
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
