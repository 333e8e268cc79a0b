using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Scorer.Outputs;
using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Purging;

/// <summary><c>scorer evaluate</c></summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> Model = new("--model") { Description = "A round's folder, a task's folder or an ONNX file.", Required = true, HelpName = "DIR|FILE.onnx" };

    private static readonly Option<string[]> Test = new("--test") { Description = "Shards of the test split: files, folders or globs.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string[]> Clean = new("--clean") { Description = "Shards of the clean test split, as 'scorer purge' writes them.", AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<string?> Removed = new("--removed") { Description = "Instead of --clean: the removed.csv of 'scorer purge'.", HelpName = "FILE.csv" };

    private static readonly Option<string[]> Features = new("--features") { Description = "Feature columns, one per model input; by default those that the model names.", AllowMultipleArgumentsPerToken = true, HelpName = "COLUMN" };

    private static readonly Option<string> Label = new("--label-column") { Description = "The label column.", DefaultValueFactory = _ => "label", HelpName = "NAME" };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Of the bootstrap.", DefaultValueFactory = _ => 0 };

    private static readonly Option<int> Resamples = new("--resamples") { Description = "Bootstrap resamples.", DefaultValueFactory = _ => EvaluateOptions.DefaultResamples, HelpName = "N" };

    private static readonly Option<int> Threads = new("--threads") { Description = "Threads; the figures are the same for any number.", DefaultValueFactory = _ => Environment.ProcessorCount, HelpName = "N" };

    public static Command Create() => new Command(
        "evaluate",
        """
        Says how much of a model's accuracy was memory: its accuracy, dropout off, on the test split, on the clean one and on the leaked rows alone.

        The difference comes with the interval in which 95 % of bootstrap resamples of the rows fall. Rows are known by their ids, labels by the
        class names of the model's manifest (0, 1, ... for a bare ONNX file). Rows without a label or with an unusable vector are counted as skipped.
        Rows that the model learnt from, by their ids, are told apart from the others.

        Examples:
          scorer evaluate --model models/fashion --test pool/test --clean purged/test
          scorer evaluate --model models/fashion --test pool/test --removed purged/removed.csv
        """)
    {
        Options = { Model, Test, Clean, Removed, Features, OutputOptions.Name, OutputOptions.Kind, Label, Seed, Resamples, Threads },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var summary = await EvaluateRun.ExecuteAsync(
            new EvaluateOptions(parse.GetRequiredValue(Model), parse.GetRequiredValue(Test))
            {
                Clean = parse.GetValue(Clean) ?? [],
                Removed = parse.GetValue(Removed),
                Features = parse.GetValue(Features) ?? [],
                Output = OutputOptions.Of(parse),
                LabelColumn = parse.GetRequiredValue(Label),
                Seed = parse.GetValue(Seed),
                Resamples = parse.GetValue(Resamples),
                Threads = parse.GetValue(Threads),
            },
            context);
        CommandContext.Summarise(summary, Lines(summary));
        return ExitCode.Success;
    }, Model, Test, Clean);

    internal static IEnumerable<string> Lines(EvaluateSummary summary)
    {
        yield return Line("test", summary.Test);
        if (summary.Clean is { } clean && summary.Leaked is { } leaked)
        {
            yield return Line("clean", clean);
            yield return Line("leaked", leaked);
        }
        if (summary is { Difference: { } difference, Interval: { } interval })
        {
            yield return FormattableString.Invariant($"clean is {100 * difference:+0.00;-0.00;0.00} points from test, 95 % interval {100 * interval.Low:+0.00;-0.00;0.00} to {100 * interval.High:+0.00;-0.00;0.00}: ")
                + (interval.High < 0 ? "the accuracy on the test split owes as much to rows that the model had seen" : interval.Low > 0 ? "the rows that went were harder than the others, so nothing was owed to them" : "no difference that could be measured");
        }
        if (summary.Learnt is null)
        {
            yield return "which rows the model learnt from is not known: where these are among them, it looks better than it is";
        }
        else if (summary is { Learnt.Rows: > 0, Others: { } others })
        {
            yield return FormattableString.Invariant($"the model learnt from {summary.Learnt.Rows:N0} of these rows, by their ids, and is right for {100 * summary.Learnt.Share:F2} % of them, ")
                + (others.Share is { } share ? FormattableString.Invariant($"for {100 * share:F2} % of the other {others.Rows:N0}: only these tell what it is worth") : "and there are no others: evaluate it on rows that it has not learnt from");
        }
    }

    private static string Line(string what, Accuracy accuracy) => FormattableString.Invariant($"{what,-7}") + (accuracy.Share is { } share
        ? FormattableString.Invariant($"{100 * share:F2} % of {accuracy.Rows:N0} rows are predicted right")
        : "no rows");
}
