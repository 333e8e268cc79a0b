using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Trainer.Labels;

namespace ParquetPool.Trainer.Rounds;

/// <summary><c>trainer serve</c></summary>
internal static class RoundServeCommand
{
    private static readonly Option<int> MinNewLabels = new("--min-new-labels") { Description = "Labels, new or changed since the last round, that can be learnt from and start the next one.", DefaultValueFactory = _ => 20, HelpName = "N" };

    private static readonly Option<double> QuietPeriod = new("--quiet-period")
    {
        Description = "Seconds for which no label file has changed before files are read, so that none is read half-written.",
        DefaultValueFactory = _ => 10,
        HelpName = "SECONDS",
    };

    public static Command Create()
    {
        var command = new Command(
            "serve",
            $"""
            Watches label files and, when enough labels are new, trains and publishes the next round as 'trainer round' does; runs until it is stopped.
            Stopped or killed at any moment it goes on at the next start. A file that cannot be read is told once and left out until it changes (set-aside.json). A round that
            is not published leaves its labels waiting for the next. Every round is one line of JSON on stdout.

            {RoundCommand.Rules}

            Examples:
              trainer serve --task fashion --pool pool --labels labels --min-new-labels 100
              trainer serve --task fashion --pool pool --labels labels --asked query-*/selected.csv --network cnn --min-gain -0.005 --quiet-period 60
            """);
        foreach (var option in (Option[])[RoundCommand.Labels, TrainCommand.HierarchyFile, RoundCommand.Asked, RoundCommand.Classes, RoundCommand.NewClasses, RoundCommand.Annotators, MinNewLabels, RoundCommand.MinGain, RoundCommand.PublishWorse, QuietPeriod, .. TrainCommand.Shared])
        {
            command.Options.Add(option);
        }
        return command.ReadsRows().Runs(async (parse, context) =>
        {
            var request = RoundCommand.RequestOf(parse) with { MinNewLabels = parse.GetValue(MinNewLabels), LeavesBadFilesOut = true };
            OptionRange.Between(0, RoundService.LongestQuiet).Require("--quiet-period", parse.GetValue(QuietPeriod));
            RoundService.Check(request);
            using var held = new TaskLock(request.LabelFolder);
            using var service = new RoundService(request, TimeSpan.FromSeconds(parse.GetValue(QuietPeriod)), context);
            await service.StartAsync(CancellationToken.None);
            await service.ExecuteTask!;
            return ExitCode.Success;
        }, RoundCommand.Addressable);
    }
}
