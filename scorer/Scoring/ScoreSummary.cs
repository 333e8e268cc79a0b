using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Scoring;

/// <summary>The last line of <c>scorer score</c>.</summary>
/// <param name="Rows">Rows of the shards.</param>
/// <param name="RowsReused">Those that an earlier run into the same folder had scored.</param>
/// <param name="Ranked">Rows in the ranked files.</param>
/// <param name="Rejected">Rows in the rejects file.</param>
/// <param name="RepeatedIds">Rejected rows whose id stands earlier in the pool.</param>
/// <param name="RowsPerSecond">Scored by this run; ranking comes after.</param>
/// <param name="RankSpearman">How far another committee of as many members would rank alike: <see cref="Ranking.RankStability.Spearman"/>.</param>
/// <param name="TopOverlap">How many of the first rows it would share: <see cref="Ranking.RankStability.TopOverlap"/>.</param>
internal sealed record ScoreSummary(
    string Command,
    long Rows,
    long RowsReused,
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
    string RejectsFile)
{
    /// <summary>What the run says of itself; not part of the line.</summary>
    internal RunRecord? Run { get; private init; }

    /// <summary>The summary of a finished run.</summary>
    internal static ScoreSummary Of(string command, RunRecord run, ScoreFolder folder, TimeSpan took)
    {
        static double? Rounded(double? share) => share is { } s ? Math.Round(s, 3) : null;
        return new ScoreSummary(
            Command: command,
            Rows: run.Counts.Rows,
            RowsReused: run.Counts.RowsReused,
            Ranked: run.Counts.Ranked,
            Rejected: run.Counts.Rejected,
            RepeatedIds: run.Counts.RepeatedIds,
            RankedBy: run.RankBy,
            Seconds: Math.Round(took.TotalSeconds, 2),
            RowsPerSecond: Math.Round(run.Times.RowsPerSecond),
            RankSpearman: Rounded(run.Stability?.Spearman),
            TopOverlap: Rounded(run.Stability?.TopOverlap),
            RankedFile: folder.Ranked,
            RankedCsv: folder.RankedCsv,
            RejectsFile: folder.Rejects)
        { Run = run };
    }
}
