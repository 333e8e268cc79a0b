using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;

namespace ParquetPool.Scorer.Selection;

/// <summary>Numbers that order rows, high first; each depends on one row and the seed alone, so that no sharding changes it.</summary>
internal static class RowKeys
{
    /// <summary>The score, with its sign turned where low is asked about first.</summary>
    public static double Score(Candidate row, ScoreColumn by) => by.HighFirst ? row.Score : -row.Score;

    /// <summary>By which rows are drawn in proportion to a value.</summary>
    public static double Power(Candidate row, double value, ulong seed) => PowerKey.Of(value, RandomScore.Of(seed, row.Id, Purpose.PowerNoise));

    /// <summary>The same of the score.</summary>
    /// <exception cref="UsageException">Low is asked about first, or the score only orders rows.</exception>
    public static double Power(Candidate row, ScoreColumn by, ulong seed) =>
        by == ScoreColumn.PredictedLoss
            ? throw new UsageException($"--by {by.Name} only orders rows, but --strategy power draws them in proportion to a score: use --by {ScoreColumn.LeastConfidence.Name}, or --strategy top")
        : by.HighFirst
            ? Power(row, row.Score, seed)
            : throw new UsageException($"--by {by.Name} asks about low scores first, but --strategy power draws rows in proportion to a score that is high where it matters: use --by {ScoreColumn.LeastConfidence.Name}");

    /// <summary>Even over [0, 1); the same as the score <c>random</c>.</summary>
    public static double Random(Candidate row, ulong seed) => RandomScore.Of(seed, row.Id);

    /// <summary>Even over [0, 1), and independent of <see cref="Random"/> and <see cref="Power(Candidate, double, ulong)"/> with the same seed.</summary>
    public static double Explore(Candidate row, ulong seed) => RandomScore.Of(seed, row.Id, Purpose.ExploredRows);
}
