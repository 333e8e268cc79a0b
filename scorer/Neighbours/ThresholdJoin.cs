using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Every pair of a query row and a corpus row whose cosine reaches a threshold: blocks of queries times blocks of a corpus, streamed once.</summary>
/// <remarks>
/// <para>Exact. A pair is ruled out by an upper bound of its cosine alone (<see cref="ProductBound"/>, or the whole product where that is
/// cheaper), then by its whole product, with the rounding of float on the safe side; all others are decided in double. What is found does not depend on threads,
/// block sizes or the order of the blocks; the order in which it is found does.</para>
/// <para>Memory: the query blocks with up to 128 floats a row, and for each worker one corpus block with its coordinates, one product
/// block and <see cref="JoinWorker.PairsAtOnce"/> pairs.</para>
/// </remarks>
public static class ThresholdJoin
{
    /// <summary>Finds the pairs.</summary>
    /// <param name="queries">Blocks of one capacity and width; they belong to the caller.</param>
    /// <param name="corpus">Rows of the same width.</param>
    /// <param name="found">Given pairs as they are found, by one thread at a time.</param>
    /// <param name="advance">Told, from any thread, how many corpus rows were compared since the last call.</param>
    /// <returns>Pairs compared, and cosines that were decided in double.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> was cancelled.</exception>
    public static (long Compared, long Recomputed) Run(
        IReadOnlyList<EmbeddingBlock> queries,
        IEmbeddingSource corpus,
        ThresholdJoinOptions options,
        Action<ReadOnlySpan<RowPair>> found,
        Action<long> advance,
        CancellationToken stopping)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        if (queries.Count == 0)
        {
            return (0, 0);
        }
        using var bound = ProductBound.Choose(queries, options.MinSimilarity);
        using var coordinates = bound is null ? null : new LeadingCoordinates(bound, corpus.BlockRows);
        var matrices = Matrices(queries, bound);
        try
        {
            using var product = new BlockProduct(queries[0].Capacity, corpus.BlockRows, (int)matrices[0].Dims[1]);
            var turn = new Lock();
            long rows = 0, recomputed = 0;
            Workers.Run(
                options.Threads,
                (_, stop) =>
                {
                    using var worker = new JoinWorker(queries, matrices, options, product, bound, coordinates, Hand);
                    using var spare = new EmbeddingBlock(corpus.BlockRows, queries[0].Width);
                    while (corpus.Next(spare, stop) is { } block)
                    {
                        worker.Visit(block, stop);
                        Interlocked.Add(ref rows, block.Count);
                        advance(block.Count);
                    }
                    worker.Flush();
                    Interlocked.Add(ref recomputed, worker.Recomputed);
                },
                stopping);
            return (rows * queries.Sum(q => (long)q.Count), recomputed);

            void Hand(ReadOnlySpan<RowPair> pairs)
            {
                lock (turn)
                {
                    found(pairs);
                }
            }
        }
        finally
        {
            foreach (var matrix in bound is null ? [] : matrices)
            {
                matrix.Dispose();
            }
        }
    }

    /// <summary>What stands for each query block in the products: its coordinates, or its rows themselves where there is no bound.</summary>
    private static TensorBuffer[] Matrices(IReadOnlyList<EmbeddingBlock> queries, ProductBound? bound)
    {
        if (bound is null)
        {
            return [.. queries.Select(q => q.Buffer)];
        }
        using var coordinates = new LeadingCoordinates(bound, queries[0].Capacity);
        var matrices = queries.Select(_ => coordinates.NewCoordinates()).ToArray();
        foreach (var (block, matrix) in queries.Zip(matrices))
        {
            coordinates.Fill(block, matrix);
        }
        return matrices;
    }
}
