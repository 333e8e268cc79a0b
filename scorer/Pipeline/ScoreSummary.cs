namespace ParquetPool.Scorer.Pipeline;

/// <summary>The last line of <c>scorer score</c>.</summary>
/// <param name="Rows">Rows of the shards.</param>
/// <param name="RowsReused">Those that an earlier run into the same folder had scored.</param>
/// <param name="Ranked">Rows in the ranked files.</param>
/// <param name="Rejected">Rows in the rejects file.</param>
/// <param name="RepeatedIds">Rejected rows whose id stands earlier in the pool.</param>
/// <param name="RowsPerSecond">Scored by this run; ranking comes after.</param>
public sealed record ScoreSummary(
    string Command,
    long Rows,
    long RowsReused,
    long Ranked,
    long Rejected,
    long RepeatedIds,
    string RankedBy,
    double Seconds,
    double RowsPerSecond,
    string RankedFile,
    string RankedCsv,
    string RejectsFile);
