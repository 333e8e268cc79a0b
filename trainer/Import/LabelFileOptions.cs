using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

/// <summary>A label file of some imported rows, as if a team had labelled them.</summary>
internal sealed record LabelFileOptions
{
    /// <summary>Where it goes; null for none.</summary>
    public string? Path { get; init; }

    /// <summary>It has the first so many labels; null where they are drawn.</summary>
    public int? First { get; init; }

    /// <summary>It has so many labels of rows drawn evenly; null for no draw.</summary>
    public int? Sample { get; init; }

    /// <summary>Decides which rows <see cref="Sample"/> draws.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Room for its labels; null for none.</summary>
    /// <exception cref="UsageException">There is a file of somebody else's; told before the import.</exception>
    public LabelSample? NewSample() => Path is { } path ? new LabelSample(path, (First ?? Sample)!.Value, isDrawn: Sample is not null, Seed) : null;

    /// <exception cref="UsageException">Options of it are given alone or together.</exception>
    public void RequireOne()
    {
        UsageException.ThrowUnless((First ?? Sample) is null || Path is not null, "--first and --sample go with --labels-out: say where the labels go");
        UsageException.ThrowUnless(Path is null || (First ?? Sample) is not null, "--labels-out is given alone, expected --first N or --sample N with it: the shards themselves have all labels");
        UsageException.ThrowUnless(Path is null || (Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) && !Path.EndsWith("rejects.csv", StringComparison.Ordinal) && !Path.EndsWith("issues.csv", StringComparison.Ordinal)), $"--labels-out {Path}: expected a name that ends in .csv and that no other file of an import has, such as labels.csv");
        UsageException.ThrowUnless(First is null || Sample is null, "--first and --sample were both given: the first rows, or rows drawn evenly?");
    }
}
