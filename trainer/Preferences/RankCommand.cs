using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Sessions;
using ParquetPool.Storage;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Preferences;

/// <summary><c>trainer rank</c></summary>
internal static class RankCommand
{
    private static readonly Option<string[]> Preferences = new("--preferences")
    {
        Description = "Answers about two rows each: CSV or Parquet with left, right and answer (left, right, equal or incomparable), such as pairs.csv of 'scorer compare' filled in, or Label Studio's export of its tasks.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE",
    };

    private static readonly Option<double> Error = new("--error")
    {
        Description = "The share of the answers that are given by chance, half of which are wrong; 0 to believe them all.",
        HelpName = "SHARE",
        DefaultValueFactory = _ => BradleyTerry.DefaultError,
    };

    private static readonly Option<string> Layers = new("--network") { Description = "A preset or a file of layers.", HelpName = NetworkSpec.HelpName, DefaultValueFactory = _ => "mlp" };

    private static readonly Option<int?> Epochs = new("--epochs") { Description = $"Passes over the answers; by default as many as make {TrainOptions.DefaultSteps} steps, within {TrainOptions.LeastEpochs} to {TrainOptions.MostEpochs}.", HelpName = "N" };

    private static readonly Option<double> Validation = new("--validation") { Description = "The share of the pairs held out, chosen by their ids.", HelpName = "SHARE", DefaultValueFactory = _ => TrainRequest.DefaultValidation };

    private static readonly Option<float> LearningRate = new("--learning-rate") { Description = "The rate after warm-up, from where it falls to 0.", HelpName = "RATE", DefaultValueFactory = _ => new StepOptions().LearningRate };

    private static readonly Option<int> BatchRows = new("--batch-rows") { Description = "Answers of a step.", HelpName = "N", DefaultValueFactory = _ => new StepOptions().BatchRows };

    private static readonly Option<Device> Device = Sessions.Device.Option();

    public static Command Create() => new Command(
        "rank",
        """
        Trains a model that ranks rows, from people's preferences between two of them, and publishes it for 'scorer compare'.

        Learns one number a row, so that the log-odds of preferring a row to another are the difference of theirs (Bradley and Terry 1952), where some
        answers are given by chance (--error, Christiano et al. 2017). Of 'equal' either is wanted by half, of 'incomparable' nothing is learnt.
        Writes models/<task>/round-NNNN/ with model.onnx (outputs 'score' and 'embedding'; dropout stays active), manifest.json and history.parquet.
        The same pool, answers, options and seed give the same model.onnx, whatever their order. A killed run goes on where it was.

        Examples:
          scorer compare --pool pool --top 100 --out pairs
          trainer rank --task taste --pool pool --preferences pairs/pairs.csv
          trainer rank --task taste --pool pool --preferences exports/*.json --network cnn
          scorer compare --model models/taste --pool pool --top 100 --exclude exports/*.json --out more
        """)
    {
        Options =
        {
            TrainCommand.Task, TrainCommand.Pool, Preferences, Error, TrainCommand.Features, Layers, Epochs, TrainCommand.Seed, Validation, TrainCommand.Dropout, LearningRate, BatchRows, Device, TrainCommand.Models,
        },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var request = RequestOf(parse);
        var summary = await RankRun.ExecuteAsync(request, context);
        CommandContext.Summarise(summary, Lines(summary, request));
        return ExitCode.Success;
    }, TrainCommand.Pool, Preferences, TrainCommand.Models);

    private static RankRequest RequestOf(ParseResult parse)
    {
        var network = NetworkSpec.Load(parse.GetRequiredValue(Layers));
        return new(parse.GetRequiredValue(TrainCommand.Task), parse.GetRequiredValue(TrainCommand.Pool), parse.GetRequiredValue(Preferences))
        {
            Features = parse.GetValue(TrainCommand.Features) ?? [],
            Error = parse.GetValue(Error),
            Validation = parse.GetValue(Validation),
            Models = parse.GetRequiredValue(TrainCommand.Models),
            Options = new TrainOptions
            {
                Network = parse.GetValue(TrainCommand.Dropout) is { } rate ? network.WithDropout(rate) : network,
                Epochs = parse.GetValue(Epochs),
                Seed = parse.GetValue(TrainCommand.Seed),
                Device = parse.GetValue(Device),
                Steps = new StepOptions { LearningRate = parse.GetValue(LearningRate), BatchRows = parse.GetValue(BatchRows) },
            },
        };
    }

    private static IEnumerable<string> Lines(RankSummary summary, RankRequest request)
    {
        yield return CommandContext.Joined(summary.Notes);
        yield return FormattableString.Invariant($"round {summary.Round} of {summary.Task} is published: its scores agree with {100 * summary.HoldoutAgreement:F1} % of the held-out answers that prefer a row ({summary.HoldoutAnswers:N0} answers are held out); learnt from {summary.Answers:N0} answers about {summary.Rows:N0} rows, epoch {summary.BestEpoch} of {summary.Epochs}: {summary.Model}");
        if (TrainLines.Coarseness(summary.HoldoutAgreement, summary.HoldoutAnswers) is { } coarse)
        {
            yield return coarse.Replace("rows tell", "answers tell", StringComparison.Ordinal);
        }
        yield return NextCommand.Line(
            "scorer",
            ["compare", "--model", StorageAddress.Join(request.Models, request.Task), .. NextCommand.Option("--pool", request.Pool), "--top", "100", .. NextCommand.Option("--exclude", request.Preferences), "--out", "compared", .. RowOptions.Given]);
    }
}
