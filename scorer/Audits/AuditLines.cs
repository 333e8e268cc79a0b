using ParquetPool.Commands;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Reports;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Audits;

/// <summary>What a reader should know of an audit; the page tells the rest.</summary>
internal static class AuditLines
{
    private const int MostComparisons = 3;
    private const double FewFound = 0.9;

    public static IEnumerable<string> Of(AuditSummary summary, AuditOptions options)
    {
        var others = summary.Comparisons.Count - MostComparisons;
        yield return CommandContext.Joined([.. summary.Comparisons.Take(MostComparisons).Select(counts => Counted(summary, counts)), others > 0 ? $"{others} more comparisons are in the page" : null]);
        yield return CommandContext.Joined(
        [
            .. Thresholds(summary),
            .. (summary.Approximate ?? []).Zip(summary.Comparisons, (measured, counts) => $"approximate, {summary.What(counts)}: {measured}").Take(MostComparisons),
            summary.Baseline is { } baseline && (baseline.Found < FewFound || baseline.FoundByPixels > baseline.Found) ? baseline.ToString() : null,
        ]);
        var page = StorageAddress.Join(summary.Out, ReportPage.FileName);
        yield return FormattableString.Invariant($"open {page} ({StoredFiles.Length(page) / 1e3:N0} kB) in a browser")
            + (summary.LabelConflicts is { Clusters: > 0 } conflicts ? FormattableString.Invariant($", {conflicts.Clusters:N0} {(conflicts.Clusters == 1 ? "cluster of which has" : "clusters of which have")} rows of different labels ({ConflictFile.Csv})") : "")
            + ": judge pairs with the keys 1 to 4, save, here as judgements.csv, and go on:";
        yield return NextCommand.Line("scorer", "judge", "--audit", options.Out, "--judgements", "judgements.csv");
    }

    private static string Counted(AuditSummary summary, PairCounts counts) =>
        FormattableString.Invariant($"{summary.What(counts)}: {counts.Listed:N0} pairs ")
        + (summary.Threshold is { } least ? FormattableString.Invariant($"of similarity {least} or more") : "listed, nearest first")
        + FormattableString.Invariant($", {counts.ListedExact:N0} identical in what is compared ({counts.RowsWithExactCopy:N0} {(summary.Splits is [_] ? "" : counts.Split + " ")}rows)");

    /// <summary>Those that could be estimated, and one remark about all others.</summary>
    private static IEnumerable<string> Thresholds(AuditSummary summary)
    {
        var lacking = (summary.Calibration ?? []).Where(threshold => threshold.Similarity is null).ToList();
        foreach (var threshold in (summary.Calibration ?? []).Except(lacking).Take(MostComparisons))
        {
            yield return $"{summary.What(threshold.Kind)}: {threshold}";
        }
        if (lacking is [var one])
        {
            yield return $"{summary.What(one.Kind)}: {one}";
        }
        else if (lacking.Count > 1)
        {
            yield return $"{string.Join(" and ", lacking.Take(MostComparisons).Select(threshold => summary.What(threshold.Kind)))}{(lacking.Count > MostComparisons ? " and others" : "")}: {(lacking[0].WantedPrecision is { } wanted ? FormattableString.Invariant($"no threshold of precision {wanted} could be estimated, the page says why; {CalibrationResult.Instead}") : lacking[0])}";
        }
    }
}
