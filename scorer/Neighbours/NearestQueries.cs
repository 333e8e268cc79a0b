using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>The search seen from the other side: the cosine of the nearest query row of each row of one corpus block.</summary>
/// <remarks>For one thread; exact, as the search is.</remarks>
internal sealed class NearestQueries(double[] nearest, int blockRows)
{
    private readonly float[] floors = new float[blockRows];
    private float doubt;

    /// <summary>Starts on a block.</summary>
    public void Start(EmbeddingBlock corpus)
    {
        doubt = (float)(2.5 * Cosine.FloatError(corpus.Width));
        for (var i = 0; i < corpus.Count; i++)
        {
            Raise(corpus, i);
        }
    }

    /// <summary>Looks at the products of a query row that is taken in later, so that few of them will have to be decided in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Foresee(EmbeddingBlock query, int index, ReadOnlySpan<float> products)
    {
        var scale = query.InverseNorms[index];
        var i = 0;
        for (; i <= products.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Max(new Vector<float>(floors.AsSpan(i)), (new Vector<float>(products[i..]) * scale) - new Vector<float>(doubt)).CopyTo(floors, i);
        }
        for (; i < products.Length; i++)
        {
            floors[i] = Math.Max(floors[i], (products[i] * scale) - doubt);
        }
    }

    /// <summary>Takes in the products of a query row with the rows of the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Take(EmbeddingBlock query, int index, EmbeddingBlock corpus, ReadOnlySpan<float> products)
    {
        var scale = query.InverseNorms[index];
        var i = 0;
        for (; i <= products.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            if (Vector.GreaterThanOrEqualAny(new Vector<float>(products[i..]) * scale, new Vector<float>(floors.AsSpan(i))))
            {
                Decide(query, index, corpus, products, i, i + Vector<float>.Count);
            }
        }
        Decide(query, index, corpus, products, i, products.Length);
    }

    private void Decide(EmbeddingBlock query, int index, EmbeddingBlock corpus, ReadOnlySpan<float> products, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (products[i] * query.InverseNorms[index] >= floors[i] && query.Meet(index, corpus, i).Similarity is var similarity && similarity > nearest[corpus.RowAt(i)])
            {
                nearest[corpus.RowAt(i)] = similarity;
                Raise(corpus, i);
            }
        }
    }

    // In units of the products: cosine times the norm of the corpus vector.
    private void Raise(EmbeddingBlock corpus, int i) =>
        floors[i] = MathF.BitDecrement((float)((nearest[corpus.RowAt(i)] - Cosine.FloatError(corpus.Width)) * corpus.NormAt(i)));
}
