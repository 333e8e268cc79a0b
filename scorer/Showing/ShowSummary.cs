namespace ParquetPool.Scorer.Showing;

/// <summary>The last line of <c>scorer show</c>.</summary>
/// <param name="File">The page.</param>
/// <param name="Rows">Rows on it.</param>
/// <param name="Pictures">Rows that are shown as pictures.</param>
/// <param name="PicturesLeftOut">Rows whose pictures had no room on the page.</param>
/// <param name="Scores">The scores that are known of them.</param>
/// <param name="AlikeBy">What the cosines are of; null where rows have no vectors.</param>
internal sealed record ShowSummary(string Command, string File, long Bytes, int Rows, int Pictures, int PicturesLeftOut, IReadOnlyList<string> Scores, string? AlikeBy);
