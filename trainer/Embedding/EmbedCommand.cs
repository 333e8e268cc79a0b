using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Sessions;
using ParquetPool.Storage;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Rounds;

namespace ParquetPool.Trainer.Embedding;

/// <summary><c>trainer embed</c></summary>
internal static class EmbedCommand
{
    private static readonly Option<string[]> Pool = new("--pool")
    {
        Description = "Parquet files, folders or globs: the training split of what will be audited.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        HelpName = "GLOB",
    };

    private static readonly Option<string[]> Labels = new("--labels")
    {
        Description = "Label files (CSV or Parquet: id,label); rows without a label are learnt from as well.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "FILE",
    };

    private static readonly Option<string[]> Features = new(TrainCommand.Features.Name)
    {
        Description = "Feature columns, joined in this order; by default 'features', or every vector column where there is none.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = TrainCommand.Features.HelpName,
    };

    private static readonly Option<string?> Image = new("--image")
    {
        Description = "The feature column holds pictures of this shape: height x width, with the channels before or after; by default what the pool remembers of its import, or else plain vectors.",
        HelpName = "28x28|3x32x32|32x32x3",
    };

    private static readonly Option<int> Steps = new("--steps")
    {
        Description = "The least steps of training; the epoch that is begun is ended.",
        HelpName = "N",
        DefaultValueFactory = _ => EmbedRequest.DefaultSteps,
    };

    private static readonly Option<EmbedLoss> Loss = ChoiceOption.Of<EmbedLoss>(
        "--loss",
        "What is learnt: 'copies' tells each row from all others; 'contrastive' and 'triplet' learn from labels or --pairs which rows belong together (Hadsell et al. 2006; Schroff et al. 2015).",
        "copies|contrastive|triplet");

    private static readonly Option<string[]> Pairs = new("--pairs") { Description = "Files (CSV or Parquet: anchor,positive[,negative]) of ids of rows that belong together, and of one that does not.", AllowMultipleArgumentsPerToken = true, HelpName = "FILE" };

    private static readonly Option<Negatives> Negatives = ChoiceOption.Of<Negatives>(
        "--negatives", "Of --loss triplet: rows that a pair is told from, 'semi-hard' the nearest that is further away than the row that belongs, 'batch-all' all of a batch that are too near.", "semi-hard|batch-all");

    private static readonly Option<int> Units = new("--units") { Description = "Of --loss contrastive and triplet: numbers of the embedding.", HelpName = "N", DefaultValueFactory = _ => EmbedRequest.DefaultUnits };

    private static readonly Option<int> Learners = new("--learners")
    {
        Description = "Of these: divide the embedding's numbers among N learners for seven tenths of the steps, each of which learns from one cluster of the rows, and let all learn together then (Sanakoyeu et al. 2019).",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int> BatchRows = new("--batch-rows") { Description = "Of these: the most rows of a step.", HelpName = "N", DefaultValueFactory = _ => EmbedRequest.DefaultBatchRows };

    private static readonly Option<string> Network = new("--network") { Description = "Of these: the layers, a preset or a file.", HelpName = "mlp|cnn|sequence|network.json", DefaultValueFactory = _ => "mlp" };

    private static readonly Option<AugmentStrength> Augment = ChoiceOption.Of<AugmentStrength>("--augment", "Of these: learn from altered copies of the rows, as trainer train does.", "none|light|medium|strong");

    private static readonly Option<bool> NoFlip = new("--no-flip") { Description = "With --augment: mirror no picture." };

    private static readonly Option<int> Seeds = new("--seeds") { Description = "Of these: trainings with --seed and those that follow; the first is published, the spread over all is told.", HelpName = "N", DefaultValueFactory = _ => EmbedRequest.DefaultSeeds };

    private static readonly Option<Device> Device = Sessions.Device.Option();

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides first weights, order and altered copies." };

    public static Command Create() => new Command(
        "embed",
        """
        Trains an embedding in which near-duplicates lie close together, for the scorer's audit; labels are not needed.

        Learns to tell each row from all others by altered copies of it: images are shifted, flipped, rescaled, brightened and given noise,
        vectors are given noise. Writes models/<task>/round-NNNN/ with model.onnx (output 'embedding'), manifest.json and history.parquet.
        With --loss contrastive or triplet it learns from labels or pairs which rows belong together instead, with layers of --network and one more; vectors have length 1. Held-out rows tell how well they are found.
        The same pool, labels, options and seed give the same model.onnx, whatever the order of the shards.

        Examples:
          trainer embed --task fashion-audit --pool pool/train --image 28x28
          trainer embed --task posts-audit --pool pool/train --features image text --label-column label
          trainer embed --task intents --pool pool/train --labels labels.csv --loss triplet
          trainer embed --task premises --pool pool/train --pairs pairs.csv --loss contrastive
          scorer audit --model models/fashion-audit --train pool/train --test pool/test --out audited
        """)
    {
        Options = { TrainCommand.Task, Pool, Labels, TrainCommand.LabelColumn, Loss, Pairs, Negatives, Network, Units, Learners, BatchRows, Augment, NoFlip, Seeds, Features, Image, Steps, Seed, Device, TrainCommand.Models },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var request = new EmbedRequest(parse.GetRequiredValue(TrainCommand.Task), parse.GetRequiredValue(Pool))
        {
            Labels = parse.GetValue(Labels) ?? [],
            LabelColumn = parse.GetValue(TrainCommand.LabelColumn),
            Features = parse.GetValue(Features) ?? [],
            Image = parse.GetValue(Image) is { } shape ? PictureFormat.Parse(shape) ?? throw new UsageException($"--image {shape} is no shape here, expected the sides, such as 28x28: leave it out where the pool remembers its pictures") : null,
            Loss = parse.GetValue(Loss),
            Pairs = parse.GetValue(Pairs) ?? [],
            Negatives = parse.GetValue(Negatives),
            Network = NetworkSpec.Load(parse.GetRequiredValue(Network)),
            Units = parse.GetValue(Units),
            Learners = parse.GetValue(Learners),
            BatchRows = parse.GetValue(BatchRows),
            Augment = new() { Strength = parse.GetValue(Augment), NoFlip = parse.GetValue(NoFlip) },
            Seeds = parse.GetValue(Seeds),
            Steps = parse.GetValue(Steps),
            Seed = parse.GetValue(Seed),
            Device = parse.GetValue(Device),
            Models = parse.GetRequiredValue(TrainCommand.Models),
        };
        if (request.Loss != EmbedLoss.Copies)
        {
            var metric = await MetricRound.ExecuteAsync(request, context);
            CommandContext.Summarise(metric, MetricLines(metric, request));
            return ExitCode.Success;
        }
        foreach (var option in (Option[])[Negatives, Network, Units, Learners, BatchRows, Augment, NoFlip, Seeds])
        {
            if (parse.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} is given without --loss contrastive or triplet, expected both: altered copies are learnt from in a way of their own");
            }
        }
        var summary = await EmbedRound.ExecuteAsync(request, context);
        CommandContext.Summarise(summary, Lines(summary, request));
        return ExitCode.Success;
    }, Pool, Labels, Pairs, TrainCommand.Models);

    private static IEnumerable<string> MetricLines(MetricSummary summary, EmbedRequest request)
    {
        yield return FormattableString.Invariant($"round {summary.Round} of {summary.Task} is published, learnt from {summary.Rows:N0} rows in {summary.Steps:N0} steps: {summary.Model}");
        yield return FormattableString.Invariant($"of {summary.MeasuredRows:N0} held-out rows among {summary.SoughtRows:N0}: {Told(summary.Score)}; by the features as they are: {Told(summary.FeatureScore)}");
        if (summary.Spread is { } spread)
        {
            yield return FormattableString.Invariant($"over {summary.Seeds} seeds, least and most: recall@1 {spread.Least.Recall1:P1} to {spread.Most.Recall1:P1}, precision@1 {spread.Least.Precision1:P1} to {spread.Most.Precision1:P1}, MRR {spread.Least.Mrr:F3} to {spread.Most.Mrr:F3}, triplet accuracy {spread.Least.TripletAccuracy:P1} to {spread.Most.TripletAccuracy:P1}");
        }
        yield return NextCommand.Line("scorer", ["audit", .. NextCommand.Option("--within", request.Pool), "--model", StorageAddress.Join(request.Models, request.Task), "--out", "audited", .. RowOptions.Given]);
    }

    private static string Told(MetricScore score) => FormattableString.Invariant($"recall@1 {score.Recall1:P1}, precision@1 {score.Precision1:P1}, MRR {score.Mrr:F3}, triplet accuracy {score.TripletAccuracy:P1}");

    private static IEnumerable<string> Lines(EmbedSummary summary, EmbedRequest request)
    {
        yield return FormattableString.Invariant($"round {summary.Round} of {summary.Task} is published, learnt from {summary.Rows:N0} rows in {summary.Epochs} epochs: {summary.Model}");
        yield return FormattableString.Invariant($"of {summary.MeasuredRows:N0} altered copies {summary.CopiesFound:P1} have their own row nearest, {summary.CopiesFoundInFeatures:P1} by the features as they are")
            + (summary.CopiesFound <= summary.CopiesFoundInFeatures ? ": audit without --model, or train with more --steps" : "");
        yield return NextCommand.Line(
            "scorer", ["audit", .. NextCommand.Option("--within", request.Pool), "--model", StorageAddress.Join(request.Models, request.Task), .. request.Image is { } image ? ["--image", image.ToString()] : Array.Empty<string>(), "--out", "audited", .. RowOptions.Given]);
    }
}
