using ParquetPool.Collections;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

/// <summary>What to import and where to; exactly one of <see cref="Idx"/>, <see cref="Csv"/>, <see cref="Texts"/>, <see cref="Npy"/>, <see cref="Npz"/>, <see cref="Safetensors"/>, <see cref="Arrow"/> and <see cref="Pictures"/> is given.</summary>
/// <remarks>Files of idx, CSV, JSON lines and NumPy's .npy may be gzipped.</remarks>
internal sealed record ImportOptions
{
    public const int DefaultTextWidth = 1024;
    internal const int LargestTextWidth = 1 << 20;

    /// <summary>The folder that the shards go to; made where missing.</summary>
    public required string Out { get; init; }

    /// <summary>An idx file of bytes, such as MNIST's images: one row per entry of its first dimension.</summary>
    public string? Idx { get; init; }

    /// <summary>An idx file of one byte per row of <see cref="Idx"/>.</summary>
    public string? IdxLabels { get; init; }

    /// <summary>CSV files with one header; their rows follow one another.</summary>
    public IReadOnlyList<string> Csv { get; init; } = [];

    /// <summary>Pictures as people have them.</summary>
    public PictureOptions Pictures { get; init; } = new([]);

    /// <summary>Files with a column of texts, or folders of them; their rows follow one another.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>What makes the column <c>embedding</c> of the texts or pictures: <c>minilm</c>, <c>resnet18</c> or an ONNX file; null for no such column.</summary>
    public string? Encoder { get; init; }

    /// <summary>The CSV column that becomes <c>label</c>; null takes the column of that name where there is one.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>The CSV column whose <see cref="HashedText"/> makes the features; null to take numbers.</summary>
    public string? TextColumn { get; init; }

    /// <summary>Values of the vector of a text.</summary>
    public int TextWidth { get; init; } = DefaultTextWidth;

    /// <summary>What a text is cut into; null for words of <see cref="Csv"/> and characters of <see cref="Texts"/>, which are best for audits.</summary>
    public TextGramKind? TextGrams { get; init; }

    /// <summary>CSV columns that are left out.</summary>
    public IReadOnlyList<string> SkipColumns { get; init; } = [];

    /// <summary>A NumPy file of float32, float64 or bytes in C order.</summary>
    public string? Npy { get; init; }

    /// <summary>A file of NumPy arrays: vectors, and maybe ids and labels.</summary>
    public string? Npz { get; init; }

    /// <summary>A safetensors file: vectors, and maybe labels.</summary>
    public string? Safetensors { get; init; }

    /// <summary>An Arrow file or stream with a column of vectors, and maybe <c>id</c> and <c>label</c>.</summary>
    public string? Arrow { get; init; }

    /// <summary>The array or column of vectors of <see cref="Npz"/>, <see cref="Safetensors"/> and <see cref="Arrow"/>; null for the only one.</summary>
    public string? Vectors { get; init; }

    /// <summary>Row ids for <see cref="Npy"/> or <see cref="Idx"/>: one per line, or a CSV or Parquet file with a column <c>id</c>.</summary>
    public string? Ids { get; init; }

    /// <summary>A file with the name of a class a line, that of class 0 first; null where labels are names already.</summary>
    public string? ClassNames { get; init; }

    /// <summary>How a row's numbers are a picture, such as <c>28x28</c>; null for what the source says, if anything.</summary>
    public string? Image { get; init; }

    /// <summary>Rows of a shard; the last has what is left.</summary>
    public int ShardRows { get; init; } = 10_000;

    /// <summary>The value of the column <c>split</c>, and the start of shard names and ids; null for the source's name.</summary>
    public string? Split { get; init; }

    /// <summary>What stands before a row's index in its id; null takes the name of the shards and a hyphen.</summary>
    public string? IdPrefix { get; init; }

    /// <summary>Where a label file of the rows goes; null for none.</summary>
    public string? LabelsOut { get; init; }

    /// <summary>The label file has the first so many labels; null where they are drawn.</summary>
    public int? First { get; init; }

    /// <summary>The label file has so many labels of rows drawn evenly; null for no draw.</summary>
    public int? Sample { get; init; }

    /// <summary>Decides which rows <see cref="Sample"/> draws.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Replaces shards of the same name that are there already.</summary>
    public bool Force { get; init; }

    internal static readonly OptionRanges<ImportOptions> Ranges = new()
    {
        { "--text-width", options => options.TextWidth, OptionRange.Between(1, LargestTextWidth) },
        { "--image-size", options => options.Pictures.Side, OptionRange.Between(1, PictureOptions.LargestSide) },
        { "--first", options => options.First, OptionRange.AtLeast(1) },
        { "--sample", options => options.Sample, OptionRange.AtLeast(1) },
        { "--shard-rows", options => options.ShardRows, OptionRange.AtLeast(1) },
    };
}
