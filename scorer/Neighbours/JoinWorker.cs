using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>One thread of a join: multiplies corpus blocks with all query blocks and hands over the pairs that reach the threshold.</summary>
internal sealed class JoinWorker : IDisposable
{
    /// <summary>Pairs that are handed over together.</summary>
    public const int PairsAtOnce = 4096;

    private readonly IReadOnlyList<EmbeddingBlock> queries;
    private readonly TensorBuffer[] matrices;
    private readonly ThresholdJoinOptions options;
    private readonly BlockProduct product;
    private readonly LeadingCoordinates? coordinates;
    private readonly Action<ReadOnlySpan<RowPair>> found;
    private readonly Dictionary<EmbeddingBlock, int> places;
    private readonly double floor;
    private readonly double boundFloor;
    private readonly TensorBuffer products;
    private readonly TensorBuffer? leading;
    private readonly int[] hits;
    private readonly RowPair[] pairs = new RowPair[PairsAtOnce];
    private int held;

    public JoinWorker(
        IReadOnlyList<EmbeddingBlock> queries,
        TensorBuffer[] matrices,
        ThresholdJoinOptions options,
        BlockProduct product,
        ProductBound? bound,
        LeadingCoordinates? coordinates,
        Action<ReadOnlySpan<RowPair>> found)
    {
        (this.queries, this.matrices, this.options, this.product, this.coordinates, this.found) = (queries, matrices, options, product, coordinates, found);
        places = queries.Index().ToDictionary(q => q.Item, q => q.Index);
        floor = options.MinSimilarity - Cosine.FloatError(queries[0].Width);
        boundFloor = floor - (bound?.Slack ?? 0);
        products = product.NewProducts();
        leading = coordinates?.NewCoordinates();
        hits = new int[products.Dims[1]];
    }

    /// <summary>Cosines computed in double so far.</summary>
    public long Recomputed { get; private set; }

    /// <summary>Compares every query row with every row of <paramref name="corpus"/>; inside a split, each two rows once.</summary>
    // Hot from the first call: waiting for the tiers would cost a join its first second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(EmbeddingBlock corpus, CancellationToken stopping)
    {
        if (leading is not null)
        {
            coordinates!.Fill(corpus, leading);
        }
        // A corpus that is the query blocks themselves: two blocks meet once.
        var last = options.Within && places.TryGetValue(corpus, out var place) ? place : queries.Count - 1;
        for (var block = 0; block <= last; block++)
        {
            stopping.ThrowIfCancellationRequested();
            product.Multiply(matrices[block], leading ?? corpus.Buffer, products);
            var values = products.Span;
            for (var index = 0; index < queries[block].Count; index++)
            {
                var row = values.Slice(index * hits.Length, corpus.Count);
                var least = MathF.BitDecrement((float)(boundFloor * queries[block].NormAt(index)));
                var count = SimilarityScan.Find(row, corpus.InverseNorms, least, hits, SimilarityScan.Widest);
                if (count > 0)
                {
                    Decide(queries[block], index, corpus, count);
                }
            }
        }
    }

    /// <summary>Hands over the pairs that are still held.</summary>
    public void Flush()
    {
        found(pairs.AsSpan(0, held));
        held = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        products.Dispose();
        leading?.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Decide(EmbeddingBlock query, int index, EmbeddingBlock corpus, int count)
    {
        var met = options.Within && places.ContainsKey(corpus) && !ReferenceEquals(query, corpus);
        var vector = query.VectorAt(index);
        var least = MathF.BitDecrement((float)(floor * query.NormAt(index)));
        foreach (var other in hits.AsSpan(0, count))
        {
            var twice = options.Within && !met && corpus.RowAt(other) <= query.RowAt(index);
            if (twice || (leading is not null && TensorPrimitives.Dot(vector, corpus.VectorAt(other)) * corpus.InverseNorms[other] < least))
            {
                continue;
            }
            Recomputed++;
            var neighbour = query.Meet(index, corpus, other);
            if (neighbour.Similarity >= options.MinSimilarity)
            {
                pairs[held++] = new RowPair(query.RowAt(index), neighbour.Row, neighbour.Similarity, neighbour.Exact);
                if (held == pairs.Length)
                {
                    Flush();
                }
            }
        }
    }
}
