using ParquetPool.Scorer.Calibration;

namespace ParquetPool.Scorer.Judging;

/// <summary>The last line of <c>scorer judge</c>.</summary>
/// <param name="Listed">Pairs of the audit.</param>
/// <param name="Judged">Of these, judged ones.</param>
/// <param name="Conflicts">Judged pairs whose judges disagree.</param>
/// <param name="Overlap">The similarities at which both duplicates (exact, near) and others were judged; null where a threshold tells them apart.</param>
/// <param name="Refined">The thresholds by judgements and the audit's estimate, of each kind that is judged.</param>
internal sealed record JudgeSummary(
    string Command, string File, string Csv, int Listed, int Judged, IReadOnlyList<string> Judges, int Conflicts, IReadOnlyList<JudgementRange> Ranges, JudgementOverlap? Overlap,
    IReadOnlyList<RefinedThreshold> Refined);

/// <summary>The pairs of one judgement and the least and greatest cosine among them; null where there are none.</summary>
internal sealed record JudgementRange(string Judgement, int Number, int Pairs, double? Least, double? Greatest);

/// <param name="From">The least cosine of a duplicate.</param>
/// <param name="To">The greatest of another pair.</param>
/// <param name="Pairs">Judged pairs between.</param>
internal sealed record JudgementOverlap(double From, double To, int Pairs);

/// <summary>The cosine from which on this share of the listed pairs are duplicates, as judged.</summary>
/// <param name="What">The kind in words.</param>
/// <param name="Point">Null where no cosine reaches it.</param>
internal sealed record RefinedThreshold(string Kind, string What, double WantedPrecision, int Judged, RefinedPoint? Point);
