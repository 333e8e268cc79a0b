namespace ParquetPool.Scorer.Neighbours;

/// <summary>What a join looks for.</summary>
/// <param name="MinSimilarity">The least cosine of a pair.</param>
/// <param name="Within">Queries and corpus are rows of the same split: each pair is found once, and no row with itself.</param>
/// <param name="Threads">Workers; each multiplies on one thread.</param>
public sealed record ThresholdJoinOptions(double MinSimilarity, bool Within = false, int Threads = 1);
