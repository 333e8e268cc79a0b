using System.CommandLine;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Judging;

/// <summary><c>scorer judge</c></summary>
internal static class JudgeCommand
{
    private static readonly Option<string> Audit = new("--audit") { Description = "The folder that 'scorer audit' wrote.", Required = true, HelpName = "DIR" };

    private static readonly Option<string[]> Files = new("--judgements")
    {
        Description = "What report.html saved: CSV files with the columns TestID, TrainID, Judgment, and Kind and Judge where there are some.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE.csv",
    };

    public static Command Create() => new Command(
        "judge",
        """
        Reads people's judgements of an audit's pairs, and writes judgements.parquet and judgements.csv beside the pairs.

        Judgment is 0 exact, 1 near-duplicate, 2 very similar, 3 different (the numbers of ciFAIR's lists). Several people may judge: what most
        say counts, of a tie what is nearer to exact, and disagreements are counted. All files are given each time. 'scorer purge' goes by the result.
        The audit's calibrated threshold is told again as the judgements make it, and 'scorer report' shows their curve.

        Examples:
          scorer judge --audit audited --judgements judgements.csv
          scorer judge --audit audited --judgements judgements-ada.csv judgements-grace.csv
        """)
    {
        Options = { Audit, Files },
    }.Runs((parse, context) =>
    {
        var summary = JudgeRun.Execute(parse.GetRequiredValue(Audit), parse.GetRequiredValue(Files));
        CommandContext.Summarise(summary, [.. Lines(summary), NextCommand.Line("scorer", "purge", "--audit", parse.GetRequiredValue(Audit), "--out", "clean")]);
        return Task.FromResult(ExitCode.Success);
    });

    private static IEnumerable<string> Lines(JudgeSummary summary)
    {
        yield return FormattableString.Invariant($"{summary.Judged:N0} of {summary.Listed:N0} pairs are judged by {string.Join(", ", summary.Judges)}; the judges disagree on {summary.Conflicts:N0}");
        yield return CommandContext.Joined(summary.Ranges.Select(range =>
            FormattableString.Invariant($"{range.Judgement}: {range.Pairs:N0} pairs") + (range.Pairs > 0 ? FormattableString.Invariant($", similarity {range.Least:F5} to {range.Greatest:F5}") : "")));
        yield return CommandContext.Joined(
        [
            .. summary.Refined.Select(refined => $"{refined.What}: "
                + (refined.Point is { } point
                    ? FormattableString.Invariant($"precision {refined.WantedPrecision} is at similarity {point.Similarity:F5} by {refined.Judged:N0} judgements and the audit's estimate: {point.Pairs:N0} pairs, {point.Precision:P0} of them duplicates ({point.PrecisionInterval.Low:P0} to {point.PrecisionInterval.High:P0})")
                    : FormattableString.Invariant($"no similarity reaches precision {refined.WantedPrecision} by {refined.Judged:N0} judgements and the audit's estimate"))),
            summary.Overlap is { } overlap ? FormattableString.Invariant($"no threshold tells duplicates from others: both lie between {overlap.From:F5} and {overlap.To:F5} ({overlap.Pairs:N0} pairs)") : null,
        ]);
    }
}
