using System.Runtime.CompilerServices;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>One thread of a search: multiplies corpus blocks with all query blocks and keeps the nearest rows it has seen.</summary>
internal sealed class SearchWorker : IDisposable
{
    private readonly IReadOnlyList<EmbeddingBlock> queries;
    private readonly NeighbourSearchOptions options;
    private readonly BlockProduct product;
    private readonly SearchFloors floors;
    private readonly NearestQueries? reverse;
    private readonly TensorBuffer products;
    private readonly int[] hits;
    private readonly float[] best;

    public SearchWorker(IReadOnlyList<EmbeddingBlock> queries, NeighbourSearchOptions options, BlockProduct product, SearchFloors floors, double[]? nearestQuery)
    {
        (this.queries, this.options, this.product, this.floors) = (queries, options, product, floors);
        products = product.NewProducts();
        hits = new int[products.Dims[1]];
        reverse = nearestQuery is null ? null : new NearestQueries(nearestQuery, hits.Length);
        best = new float[options.Neighbours];
        Lists = [.. queries.Select(q => new TopNeighbours(q.Count, options.Neighbours))];
    }

    /// <summary>What this worker found, one list set per query block.</summary>
    public TopNeighbours[] Lists { get; }

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
            var values = products.Span;
            for (var index = 0; index < queries[block].Count; index++)
            {
                var row = values.Slice(index * hits.Length, corpus.Count);
                var count = SimilarityScan.Find(row, corpus.InverseNorms, floors.Of(block, index), hits, options.Lanes);
                if (count > 0)
                {
                    Decide(block, index, corpus, row, count);
                }
                reverse?.Take(queries[block], index, corpus, row);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => products.Dispose();

    /// <summary>Recomputes in double what the float products leave open, and keeps the nearest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Decide(int block, int index, EmbeddingBlock corpus, ReadOnlySpan<float> row, int count)
    {
        var query = queries[block];
        var candidates = hits.AsSpan(0, options.Within ? WithoutSelf(query.RowAt(index), corpus, count) : count);
        var floor = candidates.Length > best.Length && !corpus.HasCopies ? KthBest(row, corpus.InverseNorms, candidates) - floors.Doubt(query.NormAt(index)) : float.NegativeInfinity;
        var list = Lists[block];
        foreach (var other in candidates)
        {
            if (row[other] * corpus.InverseNorms[other] >= floor)
            {
                Recomputed++;
                var neighbour = query.Meet(index, corpus, other);
                if (neighbour.Similarity >= options.MinSimilarity)
                {
                    list.Offer(index, neighbour);
                    floor = Math.Max(floor, floors.Raise(block, index, list.Entry(index), query.NormAt(index)));
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

    /// <summary>The k-th largest scaled product among the candidates, of which there are more than k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float KthBest(ReadOnlySpan<float> row, ReadOnlySpan<float> scales, ReadOnlySpan<int> candidates)
    {
        best.AsSpan().Fill(float.NegativeInfinity);
        foreach (var other in candidates)
        {
            var value = row[other] * scales[other];
            if (value > best[^1])
            {
                var place = best.Length - 1;
                for (; place > 0 && value > best[place - 1]; place--)
                {
                    best[place] = best[place - 1];
                }
                best[place] = value;
            }
        }
        return best[^1];
    }
}
