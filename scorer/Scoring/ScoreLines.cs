using ParquetPool.Commands;

namespace ParquetPool.Scorer.Scoring;

/// <summary>What a reader should know of a scored pool.</summary>
internal static class ScoreLines
{
    private const int UsualQuery = 50;
    private const int MorePasses = 5;
    private const double StableOverlap = 0.7;

    /// <param name="folder">The outputs', as it was named.</param>
    /// <param name="exclude">Label files, as they were named.</param>
    public static IEnumerable<string> Of(ScoreSummary summary, string folder, IReadOnlyList<string> exclude)
    {
        var run = summary.Run!;
        var model = run.Model.Task is { } task ? $"round {run.Model.Round} of {task}" : run.Model.Path;
        yield return FormattableString.Invariant($"{summary.Rows:N0} rows are {(run.Merged is null ? "scored" : "merged")} by {(run.Passes == 0 ? "a single prediction" : $"a committee of {run.Passes}")} of {model}")
            + (summary.RowsReused > 0 ? FormattableString.Invariant($", {summary.RowsReused:N0} of them by an earlier run") : FormattableString.Invariant($", {summary.RowsPerSecond:N0} rows/s"))
            + (summary.Rejected > 0 ? FormattableString.Invariant($"; {summary.Rejected:N0} are rejected: {summary.RejectsFile} says why") : "")
            + (run.Temperature is { } temperature ? FormattableString.Invariant($"; confidence, least_confidence, margin and entropy are calibrated, by a temperature of {temperature:F2}") : "")
            + (run.OtherScale is null ? "" : "; the pool's numbers are on another scale than the learnt ones: see the warning, or otherScale in run.json");
        if (run.Partition is { } part)
        {
            yield return $"this is share {part.Index} of {part.Count}: once all are scored, scorer merge joins them";
            yield break;
        }
        if (summary.Ranked == 0)
        {
            yield return "no row is left to rank: all are labelled or rejected";
            yield break;
        }
        yield return FormattableString.Invariant($"{summary.RankedCsv} has {summary.Ranked:N0} rows, those to label first at the top, by {summary.RankedBy}");
        if (run.Stability is { } stability && summary.Ranked < summary.Rows - summary.Rejected) // All rows are the same rows for every committee.
        {
            yield return FormattableString.Invariant($"another committee of {run.Passes} would share {stability.TopOverlap:P0} of the first {stability.Top:N0} rows")
                + (stability.TopOverlap < StableOverlap ? FormattableString.Invariant($": --passes {MorePasses * run.Passes} would share about {stability.TopOverlapAt(MorePasses):P0}") : "");
        }
        yield return NextCommand.Line(
            "scorer",
            [
                "select", "--scores", folder, "--top", FormattableString.Invariant($"{Math.Min(UsualQuery, summary.Ranked)}"), "--strategy", run.Passes > 1 ? "power" : "top",
                .. NextCommand.Option("--exclude", exclude), "--out", "query", .. RowOptions.Given,
            ]);
    }
}
