using ParquetPool.Scorer.Overlaps;

namespace ParquetPool.Scorer.Pairs;

/// <summary>Two rows and their similarity.</summary>
/// <param name="Comparison">The place of its two splits among the audit's.</param>
/// <param name="Row">A row's number in <see cref="ComparedSplits.Split"/>.</param>
/// <param name="OtherRow">A row's number in <see cref="ComparedSplits.Other"/>.</param>
/// <param name="Rank">From 1: the place of the other row among the row's neighbours; inside a split the better of their two places. 0 where it is told by the order of the list.</param>
/// <param name="Similarity">The cosine or, where it is more, what the pictures' overlap says.</param>
/// <param name="Cosine">Of the vectors.</param>
/// <param name="Exact">The rows' feature columns are byte-identical.</param>
/// <param name="Overlap">How the row's picture and the other's lie on each other, where they plainly do.</param>
internal readonly record struct AuditPair(int Comparison, int Row, int OtherRow, int Rank, double Similarity, double Cosine, bool Exact, PictureOverlap Overlap = default)
{
    /// <summary>1 − similarity.</summary>
    public double Distance => 1 - Similarity;
}
