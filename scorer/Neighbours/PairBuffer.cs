using System.Runtime.CompilerServices;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Decides in double which of one thread's candidates are pairs, and hands them over many at a time.</summary>
internal sealed class PairBuffer(double minSimilarity, Action<ReadOnlySpan<RowPair>> found)
{
    /// <summary>Pairs that are handed over together.</summary>
    public const int PairsAtOnce = 4096;

    private readonly RowPair[] pairs = new RowPair[PairsAtOnce];
    private int held;

    /// <summary>Cosines computed in double so far.</summary>
    public long Recomputed { get; private set; }

    /// <summary>Takes in the two rows if their cosine reaches the threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Decide(EmbeddingBlock query, int index, EmbeddingBlock corpus, int other)
    {
        Recomputed++;
        var neighbour = query.Meet(index, corpus, other);
        if (neighbour.Similarity >= minSimilarity)
        {
            pairs[held++] = new RowPair(query.RowAt(index), neighbour.Row, neighbour.Similarity, neighbour.Exact);
            if (held == pairs.Length)
            {
                Flush();
            }
        }
    }

    /// <summary>Hands over the pairs that are still held.</summary>
    public void Flush()
    {
        found(pairs.AsSpan(0, held));
        held = 0;
    }
}

/// <summary>Two rows that are near each other.</summary>
/// <param name="Query">The query row's number in its split.</param>
/// <param name="Corpus">The corpus row's number in its split.</param>
/// <param name="Similarity">Cosine in [-1, 1], double precision.</param>
/// <param name="Exact">Their feature rows have the same bytes.</param>
internal readonly record struct RowPair(int Query, int Corpus, double Similarity, bool Exact);
