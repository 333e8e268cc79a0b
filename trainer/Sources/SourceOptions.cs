using ParquetPool.Collections;
using ParquetPool.Errors;
using ParquetPool.Grams;

namespace ParquetPool.Trainer.Sources;

/// <summary>What rows are made of; exactly one of <see cref="Idx"/>, <see cref="Csv"/>, <see cref="Texts"/>, <see cref="Npy"/>, <see cref="Npz"/>, <see cref="Safetensors"/>, <see cref="Arrow"/> and <see cref="Pictures"/> is given.</summary>
/// <remarks>Files of idx, CSV, JSON lines and NumPy's .npy may be gzipped.</remarks>
internal sealed record SourceOptions
{
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

    /// <summary>How texts become features.</summary>
    public TextFeatureOptions Text { get; init; } = new();

    /// <summary>The column that becomes <c>label</c>; null takes the column of that name where there is one.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>CSV columns that are left out.</summary>
    public IReadOnlyList<string> SkipColumns { get; init; } = [];

    /// <summary>A NumPy file of float32, float64 or bytes.</summary>
    public string? Npy { get; init; }

    /// <summary>A file of NumPy arrays: vectors, and maybe ids and labels.</summary>
    public string? Npz { get; init; }

    /// <summary>A safetensors file: vectors, and maybe labels.</summary>
    public string? Safetensors { get; init; }

    /// <summary>An Arrow file or stream with a column of vectors, and maybe <c>id</c> and <c>label</c>.</summary>
    public string? Arrow { get; init; }

    /// <summary>The array or column of vectors of <see cref="Npz"/>, <see cref="Safetensors"/> and <see cref="Arrow"/>; null for the only one.</summary>
    public string? Vectors { get; init; }

    public bool HasCsv => Csv.Count > 0;

    public bool HasTexts => Texts.Count > 0;

    public bool HasPictures => Pictures.Paths.Count > 0;

    /// <exception cref="UsageException">None or several are given, or options of another.</exception>
    public void RequireOne()
    {
        bool[] given = [Idx is not null, Npy is not null, Npz is not null, Safetensors is not null, Arrow is not null, HasCsv, HasTexts, HasPictures];
        UsageException.ThrowUnless(given.Count(source => source) == 1, "expected exactly one of --idx, --csv, --texts, --npy, --npz, --safetensors, --arrow and --images");
        UsageException.ThrowUnless(HasPictures || (Pictures.Issues.Count == 0 && Pictures == new PictureOptions(Pictures.Paths) { Issues = Pictures.Issues }), "--image-column, --image-size, --colour, --fit and --issue go with --images: leave them out");
        UsageException.ThrowUnless(Vectors is null || (Npz ?? Safetensors ?? Arrow) is not null, "--vectors goes with --npz, --safetensors and --arrow: leave it out");
        UsageException.ThrowUnless(IdxLabels is null || Idx is not null, "--idx-labels goes with --idx: name the images too");
        UsageException.ThrowUnless(LabelColumn is null || HasCsv || HasTexts || HasPictures || Arrow is not null, "--label-column goes with --csv, --texts, --arrow and --images: leave it out");
        UsageException.ThrowUnless(Text.Column is null || HasCsv || HasTexts, "--text-column goes with --csv and --texts: leave it out");
        UsageException.ThrowUnless(SkipColumns.Count == 0 || HasCsv, "--skip-column goes with --csv: leave it out");
    }

    /// <exception cref="UsageException">A path has no name.</exception>
    public void RequireNames() =>
        UsageException.ThrowUnless(!Texts.Concat(Csv).Concat(Pictures.Paths).Append(Idx).Append(Npy).Append(Npz).Append(Safetensors).Append(Arrow).Contains(""), "the source is '', a path without a name: name a file or a folder");
}

/// <summary>How texts become features: hashed n-grams.</summary>
internal sealed record TextFeatureOptions
{
    public const int DefaultWidth = 1024;
    public const int LargestWidth = 1 << 20;

    /// <summary>The column of texts, whose <see cref="HashedText"/> makes the features; null to take numbers of a CSV, or the column <c>text</c>.</summary>
    public string? Column { get; init; }

    /// <summary>Values of the vector of a text.</summary>
    public int Width { get; init; } = DefaultWidth;

    /// <summary>What a text is cut into; null for words of <see cref="SourceOptions.Csv"/> and characters of <see cref="SourceOptions.Texts"/>, which are best for audits.</summary>
    public TextGramKind? Grams { get; init; }
}
