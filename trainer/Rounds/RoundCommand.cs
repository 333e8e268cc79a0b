using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Trainer.Labels;

namespace ParquetPool.Trainer.Rounds;

/// <summary><c>trainer round</c></summary>
internal static class RoundCommand
{
    internal static readonly Option<string[]> Labels = new("--labels")
    {
        Description = "Label files, folders of them or globs: CSV or Parquet with id, label and, if you like, annotator, seconds, time, ground_truth and withdrawn; or an export of Label Studio, doccano, Prodigy, Labelbox, Argilla or CVAT.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE|DIR",
    };

    internal static readonly Option<string[]> Asked = new("--asked")
    {
        Description = "Files with the ids that were sent to labelling (ranked.csv, selected.csv of every round): labels of other rows are used all the same, but listed in remarks.csv.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE",
    };

    internal static readonly Option<string[]> Classes = new("--classes")
    {
        Description = "The classes there are: labels of any other, a typing error say, are left out and listed. By default those that the labels name.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "NAME",
    };

    internal static readonly Option<bool> NewClasses = new("--new-classes")
    {
        Description = "Learn classes that neither a round before nor the pool knows. By default their labels are left out and counted, for most new classes are mistakes.",
    };

    internal static readonly Option<bool> Annotators = new("--annotators")
    {
        Description = "Weigh votes by what each annotator is worth, as 'trainer consensus' does, where that agrees better with votes it was not shown than the majority; annotators.csv and relabel.csv are written beside labels.csv.",
    };

    private static readonly Option<int> MinNewLabels = new("--min-new-labels") { Description = "Train nothing before so many labels are new.", DefaultValueFactory = _ => 1, HelpName = "N" };

    internal static readonly Option<double> MinGain = new("--min-gain")
    {
        Description = "Publish only a round that gains so much accuracy over the one before, both measured on the new one's held-out rows: 0 for none that is worse, 0.01 for one point.",
        DefaultValueFactory = _ => 0,
        HelpName = "SHARE",
    };

    internal static readonly Option<bool> PublishWorse = new("--publish-worse") { Description = "Publish the round though it is worse than the one before, by however much." };

    private static readonly Option<bool> Force = new("--force") { Description = "Train though nothing is new; replace files beside the labels that this program did not write." };

    /// <summary>The rules, for the help of both commands that follow them.</summary>
    internal const string Rules = """
        All labels ever read stay in models/<task>/labels/history-*.parquet, with file, hash, annotator, seconds and time. From these:
          1.0 and 1, True and TRUE, names that differ in capitals or space are one class; nan and its like are no label
          an annotator's later label of a row replaces the earlier one; a file read before is not read again, of a changed one only what has changed
          later is by the annotations' own times, else by the order of --labels, else by the files' times, else by their names, 9 before 10
          labels without an annotator are those of one more annotator
          a ground truth decides; else, where annotators disagree, most votes win, or with --annotators those of better annotators; with equal votes the row is left out (disagreements.csv)
          a label is taken back by a skipped annotation, or by a row of a CSV with yes in a column withdrawn
          a class that neither a round before nor the pool (import --class-names) knows is left out without --new-classes
          a file whose ids were rounded, lost their zeros or are another tool's own is not used
          a label for an id that is not in the pool is left out; one for a row that nobody asked for (--asked) is used; both are in remarks.csv,
            but for labels from before the first query: files of the first round of which no row was asked for
          with --epochs-per-round, a class that the round before does not know is left out until a round is trained from scratch
          with --hierarchy, the classes of a row are those that its label and all its answers (question, answer) leave open; one is a label, several are learnt from, none is left out (remarks.csv)
          rows without a label are not labelled yet; deleting a row from a file takes no label back
        labels.csv has what the round used, ready for 'trainer train --labels' and 'scorer score --exclude', answers.csv answers about rows of which several classes are left; rounds.json every round and why it was published or not.
        """;

    public static Command Create()
    {
        var command = new Command(
            "round",
            $"""
            Turns the newest label files into the next published round: reads them, trains as 'trainer train' does, publishes, and says whether more labels pay.
            Where nothing is new it says so and does nothing. A round that is worse than the one before is told and not published; its labels count in the next.

            {Rules}

            Examples:
              trainer round --task fashion --pool pool/*.parquet --labels labels
              trainer round --task fashion --pool pool --labels export.json --asked query-*/selected.csv --network cnn --epochs-per-round 1
              trainer round --task topics --pool pool --labels labels/*.csv --classes news sport weather --publish-worse
            """);
        foreach (var option in (Option[])[Labels, TrainCommand.HierarchyFile, Asked, Classes, NewClasses, Annotators, MinNewLabels, MinGain, PublishWorse, Force, .. TrainCommand.Shared])
        {
            command.Options.Add(option);
        }
        return command.ReadsRows().Runs(async (parse, context) =>
        {
            var request = RequestOf(parse) with { MinNewLabels = parse.GetValue(MinNewLabels), Force = parse.GetValue(Force) };
            request.Check();
            using var held = new TaskLock(request.LabelFolder);
            var summary = await RoundRun.ExecuteAsync(request, context);
            CommandContext.Summarise(summary, [.. Lines(summary), .. summary.Model is null ? Array.Empty<string>() : [TrainLines.Next(request.Training, [StorageAddress.Join(request.LabelFolder, "labels.csv")])]]);
            return ExitCode.Success;
        }, Addressable);
    }

    /// <summary>The options that may name an object store.</summary>
    internal static IReadOnlyList<Symbol> Addressable => [Labels, TrainCommand.HierarchyFile, Asked, TrainCommand.Pool, TrainCommand.Models, UnlabelledOptions.Unlabelled, UnlabelledOptions.HiddenLabels];

    /// <exception cref="UsageException">Options contradict each other.</exception>
    internal static RoundRequest RequestOf(ParseResult parse) => parse.GetValue(PublishWorse) && parse.GetResult(MinGain) is { Implicit: false }
        ? throw new UsageException("--publish-worse is given with --min-gain, expected one: publish any round, or only one that gains so much")
        : new(TrainCommand.RequestOf(parse) with { Hierarchy = parse.GetValue(TrainCommand.HierarchyFile) }, parse.GetRequiredValue(Labels))
        {
            Asked = parse.GetValue(Asked) ?? [],
            Classes = parse.GetValue(Classes) ?? [],
            NewClasses = parse.GetValue(NewClasses),
            Annotators = parse.GetValue(Annotators),
            MinGain = parse.GetValue(PublishWorse) ? null : parse.GetValue(MinGain),
        };

    /// <summary>The summary for a reader.</summary>
    internal static IEnumerable<string> Lines(RoundSummary summary)
    {
        var read = string.Create(CultureInfo.InvariantCulture, $"{summary.Read.Added:N0} labels read from {summary.Read.Files} {(summary.Read.Files == 1 ? "file" : "files")} ({summary.Read.FilesKnown} read before{(summary.Read.FilesBad > 0 ? $", {summary.Read.FilesBad} set aside, as labels/{SetAside.FileName} says" : "")}), {summary.NewLabels:N0} new since the last round");
        yield return CommandContext.Joined(
        [
            read,
            summary.Disagreements > 0 ? $"annotators disagree on {summary.Disagreements} rows ({summary.Ties} left out)" : null,
            summary.NotInPool > 0 ? $"{summary.NotInPool} labels are not in the pool" : null,
            summary.NotAskedFor > 0 ? $"{summary.NotAskedFor} labels were not asked for" : null,
            summary.LeftOut > 0 ? $"{summary.LeftOut} labels are left out, as remarks.csv says" : null,
            .. summary.Notes,
        ]);
        var outcome = summary.Published ? $"round {summary.Round} {summary.Reason}: {summary.Model}"
            : summary.Reason.StartsWith("nothing new", StringComparison.Ordinal) ? $"{summary.Reason}: --force trains all the same"
            : summary.Reason;
        yield return CommandContext.Joined(
            outcome,
            TrainLines.Partial(summary.PartialRows),
            summary.HoldoutAccuracy is { } accuracy ? TrainLines.Coarseness(accuracy, summary.HoldoutRows) : null,
            TrainLines.Calibration(summary.Calibration));
        if (summary.Advice is { } advice)
        {
            yield return advice;
        }
    }
}
