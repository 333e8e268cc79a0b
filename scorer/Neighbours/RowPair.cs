namespace ParquetPool.Scorer.Neighbours;

/// <summary>Two rows that are near each other.</summary>
/// <param name="Query">The query row's number in its split.</param>
/// <param name="Corpus">The corpus row's number in its split.</param>
/// <param name="Similarity">Cosine in [-1, 1], double precision.</param>
/// <param name="Exact">Their feature rows have the same bytes.</param>
public readonly record struct RowPair(int Query, int Corpus, double Similarity, bool Exact);
