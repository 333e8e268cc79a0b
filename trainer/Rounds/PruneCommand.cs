using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Trainer.Pruning;

namespace ParquetPool.Trainer.Rounds;

/// <summary><c>trainer prune</c></summary>
internal static class PruneCommand
{
    private static readonly Option<double> Keep = new("--keep") { Description = "The share of the weights, or of each layer's units, that is left.", Required = true, HelpName = "SHARE" };

    private static readonly Option<double> Rate = new("--rate")
    {
        Description = "The most that a round takes away of what is left of a layer; of single weights of the head half of it.",
        HelpName = "SHARE",
        DefaultValueFactory = _ => PruneOptions.DefaultRate,
    };

    private static readonly Option<bool> Units = new("--units") { Description = "Take whole units of dense layers and channels of convolutions away, which makes the scorer faster; single weights only become zeros." };

    private static readonly Option<PruneControl> Control = LearningOptions.Choice<PruneControl>(
        "--compare", "Train what the result is compared with: 'reinit' begins the kept weights with other first values, 'random-mask' keeps as many of each layer, drawn evenly.", "none|reinit|random-mask");

    public static Command Create() => LearningOptions.AddTo(new Command(
        "prune",
        """
        Trains a network on the labels there are, takes its smallest weights or lightest units away, trains what is left again from its first weights,
        round by round (Frankle and Carbin 2019), and publishes the last as the task's next round. The network is that of the newest round, or --network.
        A killed run goes on where it was.

        Examples:
          trainer prune --task fashion --pool pool --labels labels.csv --keep 0.5 --units
          trainer prune --task fashion-ticket --pool pool --labels labels.csv --network mlp --keep 0.2
          trainer prune --task fashion-control --pool pool --labels labels.csv --network mlp --keep 0.2 --compare reinit
        """)
    {
        Options =
        {
            TrainCommand.Task, TrainCommand.Pool, Keep, Units, Rate, Control, TrainCommand.Labels, TrainCommand.Control, TrainCommand.LabelColumn, RoundCommand.NewClasses, TrainCommand.Features, TrainCommand.NextNetwork,
            TrainCommand.Epochs, TrainCommand.Seed, TrainCommand.Validation, TrainCommand.Dropout, TrainCommand.LearningRate, TrainCommand.BatchRows, TrainCommand.Batch, TrainCommand.Weights, TrainCommand.Models,
        },
    }).ReadsRows().Runs(async (parse, context) =>
    {
        var request = TrainCommand.RequestOf(parse) with
        {
            Labels = parse.GetValue(TrainCommand.Labels) ?? [],
            LabelColumn = parse.GetValue(TrainCommand.LabelColumn),
            NewClasses = parse.GetValue(RoundCommand.NewClasses),
            Pruning = new(parse.GetValue(Keep)) { Rate = parse.GetValue(Rate), Units = parse.GetValue(Units), Control = parse.GetValue(Control) },
        };
        var summary = await TrainRound.ExecuteAsync(request, context);
        CommandContext.Summarise(summary, TrainLines.Of(summary, request));
        return ExitCode.Success;
    }, TrainCommand.Pool, TrainCommand.Labels, TrainCommand.Models);
}
