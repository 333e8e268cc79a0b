namespace ParquetPool.Scorer.Neighbours;

/// <summary>Every pair of a query row and a corpus row whose cosine reaches a threshold: blocks of queries times blocks of a corpus, streamed once.</summary>
/// <remarks>
/// <para>Exact. A pair is ruled out by an upper bound of its cosine alone (<see cref="JoinCells"/>, then <see cref="ProductBound"/>, or the whole product where that is
/// cheaper), then by its whole product, with the rounding of float on the safe side; all others are decided in double. What is found does not depend on threads,
/// block sizes or the order of the blocks; the order in which it is found does.</para>
/// <para>Memory: the query blocks with up to 129 floats a row, and for each worker sixteen corpus blocks with their coordinates and their products with up to
/// 1,024 centres, and <see cref="PairBuffer.PairsAtOnce"/> pairs.</para>
/// </remarks>
internal sealed class ThresholdJoin
{
    private readonly IReadOnlyList<EmbeddingBlock> queries;
    private readonly IEmbeddingSource corpus;
    private readonly ThresholdJoinOptions options;
    private readonly Action<ReadOnlySpan<RowPair>> found;
    private readonly Action<long> advance;
    private readonly Lock turn = new();
    private long rows;
    private long recomputed;

    private ThresholdJoin(IReadOnlyList<EmbeddingBlock> queries, IEmbeddingSource corpus, ThresholdJoinOptions options, Action<ReadOnlySpan<RowPair>> found, Action<long> advance) =>
        (this.queries, this.corpus, this.options, this.found, this.advance) = (queries, corpus, options, found, advance);

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
        var join = new ThresholdJoin(queries, corpus, options, found, advance);
        using var plan = JoinPlan.Choose(queries, options.MinSimilarity);
        if (plan is null)
        {
            join.Whole(stopping);
        }
        else
        {
            join.ByCells(plan, stopping);
        }
        return (join.rows * queries.Sum(q => (long)q.Count), join.recomputed);
    }

    /// <summary>Every query with every corpus row.</summary>
    private void Whole(CancellationToken stopping)
    {
        using var product = new BlockProduct(queries[0].Capacity, corpus.BlockRows, queries[0].Width);
        Work(
            (pairs, stop) =>
            {
                using var worker = new JoinWorker(queries, options, product, pairs);
                using var spare = new EmbeddingBlock(corpus.BlockRows, queries[0].Width);
                while (corpus.Next(spare, stop) is { } block)
                {
                    worker.Visit(block, stop);
                    Advance(block.Count);
                }
            },
            stopping);
    }

    /// <summary>Every query with the corpus rows of cells that may hold a pair.</summary>
    private void ByCells(JoinPlan plan, CancellationToken stopping)
    {
        using var cells = new JoinCells(queries, plan, options.MinSimilarity);
        using var leading = new LeadingCoordinates(plan.Bound, corpus.BlockRows);
        using var product = new BlockProduct(1, 1, plan.Bound.Count + 1);
        using var whole = new BlockProduct(1, 1, queries[0].Width);
        var join = new CellJoin(queries, cells, options.Within ? cells.Homes(queries) : null, plan.Bound, leading, product, whole);
        Work(
            (pairs, stop) =>
            {
                using var worker = new CellJoinWorker(join, corpus.BlockRows, options, pairs);
                while (worker.Visit(corpus, stop) is > 0 and var count)
                {
                    Advance(count);
                }
            },
            stopping);
    }

    private void Work(Action<PairBuffer, CancellationToken> work, CancellationToken stopping) => Workers.Run(
        options.Threads,
        (_, stop) =>
        {
            var pairs = new PairBuffer(options.MinSimilarity, Hand);
            work(pairs, stop);
            pairs.Flush();
            Interlocked.Add(ref recomputed, pairs.Recomputed);
        },
        stopping);

    private void Advance(long count)
    {
        Interlocked.Add(ref rows, count);
        advance(count);
    }

    private void Hand(ReadOnlySpan<RowPair> pairs)
    {
        lock (turn)
        {
            found(pairs);
        }
    }
}

/// <summary>What a join looks for.</summary>
/// <param name="MinSimilarity">The least cosine of a pair.</param>
/// <param name="Within">Queries and corpus are rows of the same split: each pair is found once, and no row with itself.</param>
/// <param name="Threads">Workers; each multiplies on one thread.</param>
internal sealed record ThresholdJoinOptions(double MinSimilarity, bool Within = false, int Threads = 1);
