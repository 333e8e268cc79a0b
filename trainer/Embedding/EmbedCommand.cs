using System.CommandLine;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Sessions;
using ParquetPool.Storage;
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

    private static readonly Option<Device> Device = Sessions.Device.Option();

    private static readonly Option<ulong> Seed = new("--seed") { Description = "Decides first weights, order and altered copies." };

    public static Command Create() => new Command(
        "embed",
        """
        Trains an embedding in which near-duplicates lie close together, for the scorer's audit; labels are not needed.

        Learns to tell each row from all others by altered copies of it: images are shifted, flipped, rescaled, brightened and given noise,
        vectors are given noise. Writes models/<task>/round-NNNN/ with model.onnx (output 'embedding'), manifest.json and history.parquet.
        The same pool, labels, options and seed give the same model.onnx, whatever the order of the shards.

        Examples:
          trainer embed --task fashion-audit --pool pool/train --image 28x28
          trainer embed --task posts-audit --pool pool/train --features image text --label-column label
          scorer audit --model models/fashion-audit --train pool/train --test pool/test --out audited
        """)
    {
        Options = { TrainCommand.Task, Pool, Labels, TrainCommand.LabelColumn, Features, Image, Steps, Seed, Device, TrainCommand.Models },
    }.ReadsRows().Runs(async (parse, context) =>
    {
        var request = new EmbedRequest(parse.GetRequiredValue(TrainCommand.Task), parse.GetRequiredValue(Pool))
        {
            Labels = parse.GetValue(Labels) ?? [],
            LabelColumn = parse.GetValue(TrainCommand.LabelColumn),
            Features = parse.GetValue(Features) ?? [],
            Image = parse.GetValue(Image) is { } shape ? PictureFormat.Parse(shape) ?? throw new UsageException($"--image {shape} is no shape here, expected the sides, such as 28x28: leave it out where the pool remembers its pictures") : null,
            Steps = parse.GetValue(Steps),
            Seed = parse.GetValue(Seed),
            Device = parse.GetValue(Device),
            Models = parse.GetRequiredValue(TrainCommand.Models),
        };
        var summary = await EmbedRound.ExecuteAsync(request, context);
        CommandContext.Summarise(summary, Lines(summary, request));
        return ExitCode.Success;
    }, Pool, Labels, TrainCommand.Models);

    private static IEnumerable<string> Lines(EmbedSummary summary, EmbedRequest request)
    {
        yield return FormattableString.Invariant($"round {summary.Round} of {summary.Task} is published, learnt from {summary.Rows:N0} rows in {summary.Epochs} epochs: {summary.Model}");
        yield return FormattableString.Invariant($"of {summary.MeasuredRows:N0} altered copies {summary.CopiesFound:P1} have their own row nearest, {summary.CopiesFoundInFeatures:P1} by the features as they are")
            + (summary.CopiesFound <= summary.CopiesFoundInFeatures ? ": audit without --model, or train with more --steps" : "");
        yield return NextCommand.Line(
            "scorer", ["audit", .. NextCommand.Option("--within", request.Pool), "--model", StorageAddress.Join(request.Models, request.Task), .. request.Image is { } image ? ["--image", image.ToString()] : Array.Empty<string>(), "--out", "audited", .. RowOptions.Given]);
    }
}
