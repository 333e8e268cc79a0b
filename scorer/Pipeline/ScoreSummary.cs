namespace ParquetPool.Scorer.Pipeline;

/// <summary>The last line of <c>scorer score</c>.</summary>
/// <param name="Rows">Rows read.</param>
/// <param name="Ranked">Rows in the ranked files.</param>
/// <param name="Rejected">Rows in the rejects file.</param>
/// <param name="RepeatedIds">Rejected rows whose id stands earlier in the pool.</param>
/// <param name="RowsPerSecond">While scoring; ranking comes after.</param>
/// <param name="RankSpearman">How far another committee of as many members would rank alike: <see cref="Ranking.RankStability.Spearman"/>.</param>
/// <param name="TopOverlap">How many of the first rows it would share: <see cref="Ranking.RankStability.TopOverlap"/>.</param>
public sealed record ScoreSummary(
    string Command,
    long Rows,
    long Ranked,
    long Rejected,
    long RepeatedIds,
    string RankedBy,
    double Seconds,
    double RowsPerSecond,
    double? RankSpearman,
    double? TopOverlap,
    string RankedFile,
    string RankedCsv,
    string RejectsFile);
