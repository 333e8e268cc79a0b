using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary><c>trainer correlate</c></summary>
internal static class CorrelateCommand
{
    private const double Significant = 0.05;

    private static readonly CorrelateOptions Defaults = new([], [], "");

    private static readonly Option<int> Initial = new("--initial") { Description = "Rows that the model starts from, drawn at random.", DefaultValueFactory = _ => Defaults.Initial, HelpName = "N" };

    private static readonly Option<int> Rows = new("--rows") { Description = "Rows that are scored and sorted, drawn at random.", DefaultValueFactory = _ => Defaults.Rows, HelpName = "N" };

    private static readonly Option<int> Group = new("--group") { Description = "Rows of a group.", DefaultValueFactory = _ => Defaults.Group, HelpName = "N" };

    private static readonly Option<string> By = new("--by") { Description = "Scores, separated by commas; ideal-loss is the true loss, random the control.", DefaultValueFactory = _ => string.Join(',', Defaults.By), HelpName = "LIST" };

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides the rows, the first weights and dropout." };

    private static readonly Option<string> Out = new("--out") { Description = "Folder for groups.parquet and groups.csv.", Required = true, HelpName = "DIR" };

    public static Command Create() => new Command(
        "correlate",
        """
        Measures whether a score tells which rows are worth a label: sorts labelled rows by it, lets the same model go on learning on each group of
        them alone, and correlates the group's mean score with the test accuracy reached.

        A positive correlation says that rows of high score teach more. Margin is low where a model is unsure and is queried low first, so for
        margin a positive correlation speaks against it. The line of tenths shows what a correlation hides: the middle may be best.

        Examples:
          trainer correlate --pool pool/train --test pool/test --network cnn --out correlated
          trainer correlate --pool pool/train --test pool/test --initial 500 --rows 5000 --by bald,margin --epochs-per-round 5 --out correlated
        """)
    {
        Options =
        {
            SimulateCommand.Pool, SimulateCommand.Test, SimulateCommand.LabelColumn, SimulateCommand.NewClasses, TrainCommand.Features, SimulateCommand.Network, Initial, Rows, Group, By, SimulateCommand.Passes,
            SimulateCommand.EpochsPerRound, SimulateCommand.LearningRate, SimulateCommand.BatchRows, TrainCommand.LearningLoss, Seed, Out, SimulateCommand.Threads,
        },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = new CorrelateOptions(parse.GetRequiredValue(SimulateCommand.Pool), parse.GetRequiredValue(SimulateCommand.Test), parse.GetRequiredValue(Out))
        {
            LabelColumn = parse.GetRequiredValue(SimulateCommand.LabelColumn),
            NewClasses = parse.GetValue(SimulateCommand.NewClasses),
            Features = parse.GetValue(TrainCommand.Features) ?? [],
            Initial = parse.GetValue(Initial),
            Rows = parse.GetValue(Rows),
            Group = parse.GetValue(Group),
            By = parse.GetRequiredValue(By).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            Passes = parse.GetValue(SimulateCommand.Passes),
            Training = new TrainOptions
            {
                Network = SimulateCommand.NetworkOf(parse),
                Seed = parse.GetValue(Seed),
                EpochsPerRound = parse.GetValue(SimulateCommand.EpochsPerRound),
                Steps = new()
                {
                    LearningRate = TrainCommand.RateOf(parse, SimulateCommand.LearningRate, from: null, SimulateCommand.NetworkOf(parse)),
                    BatchRows = parse.GetValue(SimulateCommand.BatchRows),
                },
            },
            Threads = parse.GetValue(SimulateCommand.Threads),
        };
        var summary = await CorrelateRun.ExecuteAsync(options, context);
        string[] telling = [.. summary.Scores.Where(s => s.Score is not (Strategy.IdealLoss or Strategy.Random) && Teaches(s)).Select(s => s.Score)];
        CommandContext.Summarise(summary, [.. Lines(summary), NextCommand.Line(
            "trainer", ["simulate", .. NextCommand.Option("--pool", options.Pool), .. NextCommand.Option("--test", options.Test), .. NextCommand.Option("--features", options.Features),
            .. options.LabelColumn == SimulateOptions.DefaultLabelColumn ? [] : NextCommand.Option("--label-column", options.LabelColumn), "--network", parse.GetRequiredValue(SimulateCommand.Network), "--strategies", string.Join(',', telling.Prepend(Strategy.Random)), "--out", "rehearsal", .. RowOptions.Given])]);
        return ExitCode.Success;
    }, SimulateCommand.Pool, SimulateCommand.Test);

    private static IEnumerable<string> Lines(CorrelateSummary summary)
    {
        yield return Invariant($"{summary.Groups} groups; the model starts at {100 * summary.Before:F1}% test accuracy; what each group taught is in {summary.File}");
        yield return CommandContext.Joined(summary.Scores.Select(score => score.Correlation is null ? $"{score.Score}: no correlation, for all groups have the same score or reach the same accuracy"
            : Invariant($"{score.Score}: Spearman {score.Correlation:+0.00;-0.00;0.00}, p {score.PValue:0.000} (permutations {score.PermutationPValue:0.000}): {Meaning(score)}")));
    }

    private static string Meaning(ScoreCorrelation score) =>
        !(score.PermutationPValue < Significant) ? "no relation is seen" : Teaches(score) ? "the rows it asks for first teach more" : "the rows it asks for first teach less";

    private static bool Teaches(ScoreCorrelation score) =>
        score.PermutationPValue < Significant && score.Correlation > 0 == (score.Score == Strategy.IdealLoss || ScoreColumn.Named(score.Score, passes: 2).HighFirst);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
