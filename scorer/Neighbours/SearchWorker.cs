using System.Runtime.CompilerServices;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>One thread of a search: multiplies corpus blocks with query blocks and offers what may be near.</summary>
internal sealed class SearchWorker : IDisposable
{
    /// <summary>Query rows that are gathered at once where not all are compared.</summary>
    public const int RowsAtOnce = 512;

    private readonly IReadOnlyList<EmbeddingBlock> queries;
    private readonly NeighbourSearchOptions options;
    private readonly BlockProduct product;
    private readonly NearestSoFar nearest;
    private readonly NearestQueries? reverse;
    private readonly TensorBuffer products;
    private readonly int[] hits;
    private readonly float[] best;
    private readonly UInt128[] bestOf;
    private TensorBuffer? gathered;

    public SearchWorker(IReadOnlyList<EmbeddingBlock> queries, NeighbourSearchOptions options, BlockProduct product, NearestSoFar nearest, double[]? nearestQuery)
    {
        (this.queries, this.options, this.product, this.nearest) = (queries, options, product, nearest);
        products = product.NewProducts();
        hits = new int[products.Dims[1]];
        reverse = nearestQuery is null ? null : new NearestQueries(nearestQuery, hits.Length);
        (best, bestOf) = (new float[options.Neighbours], new UInt128[options.Neighbours]);
    }

    /// <summary>Cosines computed in double so far.</summary>
    public long Recomputed { get; private set; }

    /// <summary>Compares every query row with every row of <paramref name="corpus"/>.</summary>
    // Hot from the first call: waiting for the tiers would cost a search its first second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(EmbeddingBlock corpus, CancellationToken stopping)
    {
        reverse?.Start(corpus);
        for (var block = 0; block < queries.Count; block++)
        {
            stopping.ThrowIfCancellationRequested();
            product.Multiply(queries[block].Buffer, corpus.Buffer, products);
            for (var index = 0; reverse is not null && index < queries[block].Count; index++)
            {
                reverse.Foresee(queries[block], index, products.Span.Slice(index * hits.Length, corpus.Count));
            }
            for (var index = 0; index < queries[block].Count; index++)
            {
                Take(block, index, corpus, products.Span.Slice(index * hits.Length, corpus.Count));
            }
        }
    }

    /// <summary>Compares some query rows with every row of <paramref name="corpus"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(EmbeddingBlock corpus, IReadOnlyList<(int Block, int Index)> some, CancellationToken stopping)
    {
        reverse?.Start(corpus);
        var width = corpus.Width;
        gathered ??= TensorBuffer.Floats(RowsAtOnce, width);
        using var others = TensorBuffer.Over(corpus.Buffer.Memory, corpus.Count, width);
        for (var first = 0; first < some.Count; first += RowsAtOnce)
        {
            stopping.ThrowIfCancellationRequested();
            var count = Math.Min(RowsAtOnce, some.Count - first);
            for (var i = 0; i < count; i++)
            {
                var (block, index) = some[first + i];
                queries[block].VectorAt(index).CopyTo(gathered.Span[(i * width)..]);
            }
            using var rows = TensorBuffer.Over(gathered.Memory, count, width);
            using var result = TensorBuffer.Over(products.Memory, count, corpus.Count);
            product.Multiply(rows, others, result);
            for (var i = 0; reverse is not null && i < count; i++)
            {
                reverse.Foresee(queries[some[first + i].Block], some[first + i].Index, result.Span.Slice(i * corpus.Count, corpus.Count));
            }
            for (var i = 0; i < count; i++)
            {
                Take(some[first + i].Block, some[first + i].Index, corpus, result.Span.Slice(i * corpus.Count, corpus.Count));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        products.Dispose();
        gathered?.Dispose();
    }

    /// <summary>Takes in the products of a query row with the rows of a corpus block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Take(int block, int index, EmbeddingBlock corpus, ReadOnlySpan<float> row)
    {
        var count = SimilarityScan.Find(row, corpus.InverseNorms, nearest.Floor(block, index), hits, options.Lanes);
        if (count > 0)
        {
            Decide(block, index, corpus, row, count);
        }
        reverse?.Take(queries[block], index, corpus, row);
    }

    /// <summary>Recomputes in double what the float products leave open, and keeps the nearest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Decide(int block, int index, EmbeddingBlock corpus, ReadOnlySpan<float> row, int count)
    {
        var query = queries[block];
        var candidates = hits.AsSpan(0, options.Within ? WithoutSelf(query.RowAt(index), corpus, count) : count);
        var floor = candidates.Length > best.Length ? KthBest(row, corpus, candidates) - nearest.Doubt(query.NormAt(index)) : float.NegativeInfinity;
        foreach (var other in candidates)
        {
            if (row[other] * corpus.InverseNorms[other] >= floor)
            {
                Recomputed++;
                var neighbour = query.Meet(index, corpus, other);
                if (neighbour.Similarity >= options.MinSimilarity)
                {
                    floor = Math.Max(floor, nearest.Offer(block, index, neighbour, query.NormAt(index)));
                }
            }
        }
    }

    private int WithoutSelf(int self, EmbeddingBlock corpus, int count)
    {
        var kept = 0;
        foreach (var other in hits.AsSpan(0, count))
        {
            hits[kept] = other;
            kept += corpus.RowAt(other) == self ? 0 : 1;
        }
        return kept;
    }

    /// <summary>The k-th largest scaled product among the candidates, of which there are more than k, exact copies of one row counted once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float KthBest(ReadOnlySpan<float> row, EmbeddingBlock corpus, ReadOnlySpan<int> candidates)
    {
        var scales = corpus.InverseNorms;
        best.AsSpan().Fill(float.NegativeInfinity);
        bestOf.AsSpan().Clear();
        foreach (var other in candidates)
        {
            var value = row[other] * scales[other];
            if (value > best[^1])
            {
                var fingerprint = corpus.FingerprintAt(other);
                var place = 0;
                while (place < best.Length - 1 && bestOf[place] != fingerprint)
                {
                    place++;
                }
                if (value > best[place])
                {
                    for (; place > 0 && value > best[place - 1]; place--)
                    {
                        (best[place], bestOf[place]) = (best[place - 1], bestOf[place - 1]);
                    }
                    (best[place], bestOf[place]) = (value, fingerprint);
                }
            }
        }
        return best[^1];
    }
}
