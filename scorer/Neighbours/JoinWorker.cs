using System.Runtime.CompilerServices;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>One thread of a join that multiplies whole rows: corpus blocks with all query blocks.</summary>
internal sealed class JoinWorker(IReadOnlyList<EmbeddingBlock> queries, ThresholdJoinOptions options, BlockProduct product, PairBuffer pairs) : IDisposable
{
    private readonly Dictionary<EmbeddingBlock, int> places = queries.Index().ToDictionary(q => q.Item, q => q.Index);
    private readonly double floor = options.MinSimilarity - Cosine.FloatError(queries[0].Width);
    private readonly TensorBuffer products = product.NewProducts();
    private readonly int[] hits = new int[product.CorpusRows];

    /// <summary>Compares every query row with every row of <paramref name="corpus"/>; inside a split, each two rows once.</summary>
    // Hot from the first call: waiting for the tiers would cost a join its first second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit(EmbeddingBlock corpus, CancellationToken stopping)
    {
        // A corpus that is the query blocks themselves: two blocks meet once.
        var known = places.TryGetValue(corpus, out var place) && options.Within;
        for (var block = 0; block < (known ? place + 1 : queries.Count); block++)
        {
            stopping.ThrowIfCancellationRequested();
            product.Multiply(queries[block].Buffer, corpus.Buffer, products);
            var values = products.Span;
            for (var index = 0; index < queries[block].Count; index++)
            {
                var row = values.Slice(index * hits.Length, corpus.Count);
                var least = MathF.BitDecrement((float)(floor * queries[block].NormAt(index)));
                var count = SimilarityScan.Find(row, corpus.InverseNorms, least, hits, SimilarityScan.Widest);
                foreach (var other in hits.AsSpan(0, count))
                {
                    if (!options.Within || (known && block < place) || corpus.RowAt(other) > queries[block].RowAt(index))
                    {
                        pairs.Decide(queries[block], index, corpus, other);
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => products.Dispose();
}
