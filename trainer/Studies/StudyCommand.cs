using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Studies;

/// <summary><c>trainer study</c></summary>
internal static class StudyCommand
{
    private static readonly StudyOptions Defaults = new([], [], "");

    private static readonly Option<string> LabelsPerRun = new("--labels-per-run") { Description = "Labels of a training, separated by commas; the rows of fewer are among those of more.", DefaultValueFactory = _ => string.Join(',', Defaults.LabelsPerRun), HelpName = "LIST" };

    private static readonly Option<string> Starts = new("--starts")
    {
        Description = "What the network's layers start with, separated by commas: scratch (weights of chance, always among them), autoencoder, acai, contrastive, language-model or random-labels, learnt from the pool without labels once a seed as trainer pretrain does, or related:MODEL, a model of the same layers, of another task say.",
        DefaultValueFactory = _ => string.Join(',', Defaults.Starts),
        HelpName = "LIST",
    };

    private static readonly Option<string> Augment = new("--augment") { Description = "Strengths of trainer train --augment, separated by commas.", DefaultValueFactory = _ => string.Join(',', Defaults.Augment), HelpName = "LIST" };

    private static readonly Option<bool> NoFlip = new("--no-flip") { Description = "Mirror no picture." };

    private static readonly Option<string> Learn = new("--learn") { Description = "Ways of learning, separated by commas: supervised (always among them); noisy-student, mixmatch and fixmatch, which learn from the rest of the pool too; joint, which learns from the related task's labels too.", DefaultValueFactory = _ => string.Join(',', Defaults.Learn), HelpName = "LIST" };

    private static readonly Option<string[]> Related = new("--related-pool") { Description = "For --learn joint: labelled rows of a related task, with the same feature columns.", AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    private static readonly Option<int> Seeds = new("--seeds") { Description = "Trainings of each kind.", DefaultValueFactory = _ => Defaults.Seeds, HelpName = "N" };

    private static readonly Option<int> PretrainSteps = new("--pretrain-steps") { Description = "The most steps that a start learns from the pool without labels.", DefaultValueFactory = _ => Defaults.PretrainSteps, HelpName = "N" };

    private static readonly Option<string> Out = new("--out") { Description = "Folder for cells, report.html and, last, study.json.", Required = true, HelpName = "DIR" };

    public static Command Create() => new Command(
        "study",
        """
        Finds out what a start is worth: does pre-training help, with few or many labels, weak or strong augmentation, labels alone, self-training or a related task learnt along?

        Trains every start with every strength of augmentation, way of learning and number of labels, on rows whose labels are known, with the same labelled rows and seeds for all (the grid of Zoph et al. 2020,
        "Rethinking pre-training and self-training"). What a start brings over weights of chance, a way of learning over labels alone and a strength over the first one, all else alike, is told in points of accuracy with an interval over the seeds. A study that is interrupted
        goes on: finished trainings stay. Writes cells.parquet (as CSV too), models/ (the starts), report.html and, last, study.json.

        Examples:
          trainer study --pool pool/train --test pool/test --network cnn --labels-per-run 50,250,1000 --out study
          trainer study --pool pool/train --test pool/test --network cnn --starts scratch,autoencoder,random-labels,related:models/digits --augment none,light,strong --learn supervised,noisy-student,mixmatch --seeds 5 --out study
          trainer study --pool pool/train --test pool/test --network cnn --starts related:models/digits --learn joint,noisy-student --related-pool digits/train --out study
        """)
    {
        Options =
        {
            SimulateCommand.Pool, SimulateCommand.Test, SimulateCommand.LabelColumn, SimulateCommand.NewClasses, TrainCommand.Features, SimulateCommand.Network, LabelsPerRun, Starts, Augment, NoFlip, Learn, Related, Seeds, PretrainSteps, TrainCommand.Epochs,
            SimulateCommand.LearningRate, SimulateCommand.BatchRows, Out, SimulateCommand.Threads,
        },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var options = new StudyOptions(parse.GetRequiredValue(SimulateCommand.Pool), parse.GetRequiredValue(SimulateCommand.Test), parse.GetRequiredValue(Out))
        {
            LabelColumn = parse.GetRequiredValue(SimulateCommand.LabelColumn),
            NewClasses = parse.GetValue(SimulateCommand.NewClasses),
            Features = parse.GetValue(TrainCommand.Features) ?? [],
            LabelsPerRun = [.. SimulateCommand.Listed(parse.GetRequiredValue(LabelsPerRun)).Select(Number)],
            Starts = SimulateCommand.Listed(parse.GetRequiredValue(Starts)),
            Augment = SimulateCommand.Listed(parse.GetRequiredValue(Augment)),
            NoFlip = parse.GetValue(NoFlip),
            Learn = SimulateCommand.Listed(parse.GetRequiredValue(Learn)),
            Related = parse.GetValue(Related) ?? [],
            Seeds = parse.GetValue(Seeds),
            PretrainSteps = parse.GetValue(PretrainSteps),
            Training = new TrainOptions
            {
                Network = Networks.NetworkSpec.Load(parse.GetRequiredValue(SimulateCommand.Network)),
                Epochs = parse.GetValue(TrainCommand.Epochs),
                Steps = new() { LearningRate = TrainCommand.RateOf(parse, SimulateCommand.LearningRate, from: null, Networks.NetworkSpec.Load(parse.GetRequiredValue(SimulateCommand.Network))), BatchRows = parse.GetValue(SimulateCommand.BatchRows) },
            },
            Threads = parse.GetValue(SimulateCommand.Threads),
        };
        var (summary, record) = await StudyRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, [.. Lines(summary, record), .. Next(parse, record)]);
        return ExitCode.Success;
    }, SimulateCommand.Pool, SimulateCommand.Test);

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new UsageException($"--labels-per-run holds '{text}', expected whole numbers separated by commas, such as 50,250");

    private static IEnumerable<string> Lines(StudySummary summary, StudyRecord record)
    {
        yield return CommandContext.Joined(record.Best.Select(best => best.Text));
        yield return CommandContext.Joined([.. summary.Verdicts.Select(verdict => $"{verdict.Key}: {verdict.Value}"), $"open {summary.Report} in a browser for the grid"]);
    }

    private static IEnumerable<string> Next(ParseResult parse, StudyRecord record)
    {
        if (record.Options.Seeds < Comparison.EnoughSeeds)
        {
            yield return $"{record.Options.Seeds} seeds leave wide intervals; finished trainings stay, so {Comparison.EnoughSeeds} seeds take only the others:";
            yield return NextCommand.Again(parse, Seeds.Name, $"{Comparison.EnoughSeeds}");
            yield break;
        }
        var best = record.Cells.Where(c => c.Place.Labels == record.Best[^1].Place.Labels && c.Place.Learn != StudyLearning.Joint).MaxBy(c => c.Accuracy)!.Place;
        yield return $"the best with {best.Labels} labels{(record.Best[^1].Place.Learn == StudyLearning.Joint ? " but joint training, which only a study does," : "")} is had by:";
        var (network, pool) = (parse.GetRequiredValue(SimulateCommand.Network), NextCommand.Option("--pool", record.Options.Pool));
        string[] start = best.Start == StudyStart.Scratch ? [] : best.Start.StartsWith(StudyStart.RelatedPrefix, StringComparison.Ordinal) ? ["--from", best.Start[StudyStart.RelatedPrefix.Length..]] : ["--from", "models/pretrained"];
        if (start is [_, "models/pretrained"])
        {
            yield return NextCommand.Line("trainer", ["pretrain", "--method", best.Start, "--task", "pretrained", .. pool, "--network", network, .. RowOptions.Given]);
        }
        yield return NextCommand.Line(
            "trainer",
            ["train", "--task", "NAME", .. pool, "--labels", "LABELS", "--network", network, .. start, .. best.Augment == "none" ? [] : (string[])["--augment", best.Augment], .. best.Learn == Learning.Supervised ? [] : (string[])["--learn", best.Learn, .. NextCommand.Option("--unlabelled", record.Options.Pool)], .. RowOptions.Given]);
    }
}
