using ParquetPool.Errors;
using ParquetPool.Trainer.Sources;

namespace ParquetPool.Trainer.Import;

/// <summary>What to import and where to.</summary>
internal sealed record ImportOptions
{
    public SourceOptions Source { get; init; } = new();

    public required ShardOptions Shards { get; init; }

    /// <summary>Labels handed out beside the shards.</summary>
    public LabelFileOptions LabelFile { get; init; } = new();

    /// <summary>What makes the column <c>embedding</c> of the texts or pictures: <c>minilm</c>, <c>resnet18</c> or an ONNX file; null for no such column.</summary>
    public string? Encoder { get; init; }

    /// <summary>What makes the column <c>tokens</c> of the texts; null for no such column.</summary>
    public TokenOptions? Tokens { get; init; }

    /// <summary>Row ids for a source without any: one per line, or a CSV or Parquet file with a column <c>id</c>.</summary>
    public string? Ids { get; init; }

    /// <summary>A file with the name of a class a line, that of class 0 first; null where labels are names already.</summary>
    public string? ClassNames { get; init; }

    /// <summary>How a row's numbers are a picture, such as <c>28x28</c>; null for what the source says, if anything.</summary>
    public string? Image { get; init; }

    internal static readonly OptionRanges<ImportOptions> Ranges = new()
    {
        { "--text-width", options => options.Source.Text.Width, OptionRange.Between(1, TextFeatureOptions.LargestWidth) },
        { "--vocabulary", options => options.Tokens?.MostWords, OptionRange.Between(10, 1_000_000) },
        { "--max-tokens", options => options.Tokens?.MaxTokens, OptionRange.Between(3, 4096) },
        { "--image-size", options => options.Source.Pictures.Side, OptionRange.Between(1, Collections.PictureOptions.LargestSide) },
        { "--first", options => options.LabelFile.First, OptionRange.AtLeast(1) },
        { "--sample", options => options.LabelFile.Sample, OptionRange.AtLeast(1) },
        { "--shard-rows", options => options.Shards.Rows, OptionRange.AtLeast(1) },
    };

    /// <summary>Refuses options that contradict each other.</summary>
    /// <exception cref="UsageException">Names them and the remedy.</exception>
    public void RequireWhole()
    {
        Source.RequireOne();
        UsageException.ThrowUnless(Encoder is null || Source.HasTexts || Source.HasPictures || Source.Text.Column is not null, "--encoder goes with --images, --texts, or --csv and --text-column: name the pictures or the texts");
        UsageException.ThrowUnless(Tokens is null || Source.HasTexts || Source.Text.Column is not null, "--tokens goes with --texts, or --csv and --text-column: name the texts");
        Tokens?.Require();
        UsageException.ThrowUnless(Ids is null || !(Source.HasCsv || Source.HasTexts || Source.Arrow is not null), "--ids goes with --npy and --idx, --npz and --safetensors: give the file a column id instead");
        UsageException.ThrowUnless(!Source.HasPictures || (Ids ?? Shards.IdPrefix ?? ClassNames ?? Image) is null, "--ids, --id-prefix, --class-names and --image go with other sources: pictures have their paths, labels and --image-size");
        LabelFile.RequireOne();
        Ranges.Require(this);
        Source.RequireNames();
        Shards.RequireName();
    }
}
