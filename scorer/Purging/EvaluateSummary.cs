using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Purging;

/// <summary>The last line of <c>scorer evaluate</c>.</summary>
/// <param name="Test">The whole test split.</param>
/// <param name="Clean">The clean one, replacements among it; null where none was given.</param>
/// <param name="Leaked">The rows of the test split that the clean one lacks; null where no clean one was given.</param>
/// <param name="Difference">Accuracy on the clean split minus that on the test split; null where there is none.</param>
/// <param name="Interval">The middle 95 % of the difference over bootstrap resamples of the rows.</param>
/// <param name="Learnt">The evaluated rows that the model learnt from, by their ids; null where nobody knows which these are, as of a model from elsewhere.</param>
/// <param name="Others">The evaluated rows that it did not learn from; null like <paramref name="Learnt"/>.</param>
/// <param name="Skipped">Rows without a label or with a vector that cannot be used: in no count.</param>
internal sealed record EvaluateSummary(
    string Command, string Model, Accuracy Test, Accuracy? Clean, Accuracy? Leaked, double? Difference, Interval? Interval, Accuracy? Learnt, Accuracy? Others, ulong Seed, int Resamples, long Skipped);
