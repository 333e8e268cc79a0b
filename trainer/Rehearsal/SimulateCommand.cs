using System.CommandLine;
using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary><c>trainer simulate</c></summary>
internal static class SimulateCommand
{
    private static readonly SimulateOptions Defaults = new([], [], "");

    internal static readonly Option<string[]> Pool = new("--pool") { Description = "Labelled rows that play the unlabelled pool: files, folders or globs.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    internal static readonly Option<string[]> Test = new("--test") { Description = "Labelled rows that accuracy is measured on.", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "GLOB" };

    internal static readonly Option<string> LabelColumn = new("--label-column") { Description = "The label column of both.", DefaultValueFactory = _ => SimulateOptions.DefaultLabelColumn, HelpName = "NAME" };

    internal static readonly Option<bool> NewClasses = new("--new-classes") { Description = "Take every label for a class, words such as skip, ? and unknown too. By default these are asked about." };

    internal static readonly Option<string> Network = new("--network") { Description = "A preset or a file of layers.", HelpName = NetworkSpec.HelpName, DefaultValueFactory = _ => "mlp" };

    private static readonly Option<int> Initial = new("--initial") { Description = "Rows labelled before the first query, drawn at random, the same for every strategy that does not choose them.", DefaultValueFactory = _ => Defaults.Initial, HelpName = "N" };

    private static readonly Option<int> Query = new("--query") { Description = "Rows a query.", DefaultValueFactory = _ => Defaults.Query, HelpName = "K" };

    private static readonly Option<int> Rounds = new("--rounds") { Description = "Queries.", DefaultValueFactory = _ => Defaults.Rounds, HelpName = "N" };

    private static readonly Option<string> Strategies = new("--strategies")
    {
        Description = "NAME[:SCORE][+single][+unique][+frozen][+typiclust-first|+coreset-first], separated by commas: a score, a strategy of scorer select with its score, or ideal-loss and ideal-loss-low, which know the labels. "
            + "+single scores one prediction with dropout off, +unique holds near-duplicates back, +frozen stops batch normalisation from learning after the first labels, +typiclust-first and +coreset-first choose the first labels too, by the embedding of --from or the first feature column. random is always among them.",
        DefaultValueFactory = _ => string.Join(',', Defaults.Strategies),
        HelpName = "LIST",
    };

    private static readonly Option<string> Learn = new("--learn")
    {
        Description = "METHOD[:STRENGTH], separated by commas: supervised, noisy-student, mixmatch and fixmatch, with a strength of --augment; every strategy is tried with each, and compared with random choice and labels alone. "
            + "Those that learn from the rest of the pool too start anew in every round.",
        DefaultValueFactory = _ => string.Join(',', Defaults.Learn),
        HelpName = "LIST",
    };

    private static readonly Option<string?> HierarchyFile = new("--hierarchy")
    {
        Description = "Super-classes (see trainer train): what is counted then are answers to yes/no questions, also those that a strategy needs that asks for classes, and --query is their number. "
            + "questions and questions:bald are strategies that ask yes or no.",
        HelpName = "FILE.json",
    };

    private static readonly Option<int> Seeds = new("--seeds") { Description = "Runs of each strategy.", DefaultValueFactory = _ => Defaults.Seeds, HelpName = "N" };

    internal static readonly Option<int> Passes = new("--passes") { Description = "Members of the committee.", DefaultValueFactory = _ => Defaults.Passes, HelpName = "T" };

    internal static readonly Option<int> EpochsPerRound = new("--epochs-per-round") { Description = "Passes over all labels after a query, from the weights before it.", DefaultValueFactory = _ => Defaults.Training.EpochsPerRound, HelpName = "N" };

    private static readonly Option<bool> FromScratch = new("--from-scratch") { Description = "Train every round from its first weights on, with early stopping, instead of going on from the round before." };

    private static readonly Option<Batching> Batch = new("--batch") { Description = "How an epoch is cut into batches; see trainer train.", HelpName = "balanced|fixed|published" };

    private static readonly Option<double> NearDuplicates = new("--near-duplicates") { Description = "For +unique: the cosine of embeddings from which on rows are held back.", DefaultValueFactory = _ => Defaults.NearDuplicates, HelpName = "COSINE" };

    internal static readonly Option<float> LearningRate = new("--learning-rate") { Description = $"The rate after warm-up; {StepOptions.RecurrentRate} by default for lstm and gru layers on token ids.", DefaultValueFactory = _ => Defaults.Training.Steps.LearningRate, HelpName = "RATE" };

    internal static readonly Option<int> BatchRows = new("--batch-rows") { Description = "The most rows of a step.", DefaultValueFactory = _ => Defaults.Training.Steps.BatchRows, HelpName = "N" };

    private static readonly Option<string> Out = new("--out") { Description = "Folder for curves, bought rows, report.html and, last, simulation.json.", Required = true, HelpName = "DIR" };

    internal static readonly Option<int> Threads = new("--threads") { Description = "Threads; half as many runs go on at once. They change no result.", DefaultValueFactory = _ => Environment.ProcessorCount, HelpName = "N" };

    public static Command Create() => FromOptions.AddTo(LearningOptions.AddTo(new Command(
        "simulate",
        """
        Rehearses active learning on rows whose labels are known: how many labels would each strategy have saved, with each way of learning?

        An oracle gives the labels away query by query. Every round trains on from the last one's weights, scores the whole pool as scorer score
        does and chooses as scorer select does. Strategies share seeds and first labels, so they are compared run by run; the verdict's
        interval says what other seeds might give. A run that is interrupted starts again; finished ones stay.
        Writes curves.parquet, bought.parquet (each as CSV too), report.html and, last, simulation.json.

        Examples:
          trainer simulate --pool pool/train --test pool/test --network cnn --initial 100 --query 20 --rounds 45 --out rehearsal
          trainer simulate --pool pool/train --test pool/test --strategies random,margin,margin+single,bald+unique,batchbald --seeds 3 --out rehearsal
          trainer simulate --pool pool/train --test pool/test --network cnn --initial 50 --query 50 --rounds 5 --strategies random,margin --learn supervised,mixmatch:strong --out rehearsal
          trainer simulate --pool pool/train --test pool/test --from resnet18.onnx --freeze '*' --initial 50 --query 50 --rounds 5 --strategies random,margin+typiclust-first --out rehearsal
          trainer simulate --pool pool/train --test pool/test --hierarchy hierarchy.json --initial 50 --query 100 --rounds 10 --strategies random,margin,questions --out rehearsal
        """)
    {
        Options =
        {
            Pool, Test, LabelColumn, NewClasses, TrainCommand.Features, Network, Initial, Query, Rounds, Strategies, Learn, HierarchyFile, Seeds, Passes, TrainCommand.Epochs, EpochsPerRound, FromScratch, NearDuplicates, LearningRate, BatchRows, Batch, TrainCommand.LearningLoss, Out, Threads,
        },
    })).ReadsRows().Runs(async (parse, context) =>
    {
        var learning = LearningOptions.Of(parse);
        var from = FromOptions.Of(parse, Network, [TrainCommand.LearningLoss], dropout: null);
        var options = new SimulateOptions(parse.GetRequiredValue(Pool), parse.GetRequiredValue(Test), parse.GetRequiredValue(Out))
        {
            LabelColumn = parse.GetRequiredValue(LabelColumn),
            NewClasses = parse.GetValue(NewClasses),
            Features = parse.GetValue(TrainCommand.Features) ?? [],
            Initial = parse.GetValue(Initial),
            Query = parse.GetValue(Query),
            Rounds = parse.GetValue(Rounds),
            Strategies = Listed(parse.GetRequiredValue(Strategies)),
            Hierarchy = parse.GetValue(HierarchyFile),
            Learn = Listed(parse.GetRequiredValue(Learn)),
            Seeds = parse.GetValue(Seeds),
            Passes = parse.GetValue(Passes),
            FromScratch = parse.GetValue(FromScratch),
            NearDuplicates = parse.GetValue(NearDuplicates),
            Training = learning with
            {
                Network = NetworkOf(parse),
                From = from,
                FirstWeights = FromOptions.FirstWeights(parse, Network),
                Epochs = parse.GetValue(TrainCommand.Epochs),
                EpochsPerRound = parse.GetValue(EpochsPerRound),
                Steps = learning.Steps with
                {
                    LearningRate = TrainCommand.RateOf(parse, LearningRate, from, NetworkOf(parse)),
                    BatchRows = parse.GetValue(BatchRows),
                    Batching = parse.GetValue(Batch),
                },
            },
            Threads = parse.GetValue(Threads),
        };
        var (summary, record) = await SimulateRun.ExecuteAsync(options, context);
        CommandContext.Summarise(summary, [.. Lines(record, summary), .. Next(record, parse)]);
        return ExitCode.Success;
    }, Pool, Test, HierarchyFile);

    internal static string[] Listed(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal static NetworkSpec NetworkOf(ParseResult parse)
    {
        var network = NetworkSpec.Load(parse.GetRequiredValue(Network));
        return network with { PredictedLoss = network.PredictedLoss || parse.GetValue(TrainCommand.LearningLoss) };
    }

    private static IEnumerable<string> Lines(SimulationRecord record, SimulateSummary summary)
    {
        var width = record.Strategies.Max(s => s.Strategy.Length);
        yield return $"{"strategy".PadRight(width)}  final accuracy  mean accuracy  {record.Strategies[0].Unit} for {string.Join(" / ", record.Levels.Select(Percent))}";
        foreach (var strategy in record.Strategies)
        {
            var labels = string.Join(" / ", strategy.LabelsFor.Select(l => l is { } known ? Math.Ceiling(known).ToString("N0", CultureInfo.InvariantCulture) : "-"));
            yield return $"{strategy.Strategy.PadRight(width)}  {Percent(strategy.FinalAccuracy),14}  {Percent(strategy.MeanAccuracy),13}  {labels}: {strategy.Verdict}";
        }
        yield return CommandContext.Joined((record.Questions ?? []).Select(asking => $"{asking.Strategy} against {asking.Baseline}, which asks for classes: {asking.Verdict}"));
        yield return $"{record.Fewest.Text}; open {summary.Report} in a browser for the curves";
    }

    private static IEnumerable<string> Next(SimulationRecord record, ParseResult parse)
    {
        var random = record.Strategies.Single(s => s.IsBaseline);
        if (random.Seeds < Comparison.EnoughSeeds)
        {
            yield return $"{random.Seeds} runs of a strategy are no verdict; the finished ones stay, so {Comparison.EnoughSeeds} seeds take only the others:";
            yield return NextCommand.Again(parse, Seeds.Name, $"{Comparison.EnoughSeeds}");
            yield break;
        }
        yield return record.Strategies.Where(s => s.Saved.Low > 0 && !s.KnowsLabels).MaxBy(s => s.Saved.Value) is { } best
            ? $"on rows like these ask by {best.Strategy.Split('/')[0]}: scorer score and scorer select --help say how{LearntBy(best.Strategy, record.Options)}"
            : $"nothing is better than {random.Strategy} on rows like these: label at random, or rehearse with other strategies";
    }

    private static string LearntBy(string combination, SimulateOptions options) => combination.Split('/') is [_, var name] && Learning.Parse(name, options.Training.Augment.Strength).Arguments is { Length: > 0 } arguments
        ? $"; and train with{arguments}"
        : "";

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + "%";
}
