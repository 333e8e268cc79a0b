using ParquetPool.Errors;
using ParquetPool.Pictures;
using ParquetPool.Scorer.Showing;
using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Coverage;

/// <summary>What <c>scorer coverage</c> is asked to do.</summary>
/// <param name="Pool">Files, folders or globs of shards.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record CoverageOptions(IReadOnlyList<string> Pool, string Out)
{
    public const int DefaultTop = 500;

    /// <summary>The model in whose embedding the density is measured; null for a column.</summary>
    public string? Model { get; init; }

    /// <summary>The vector column in which it is measured; null for the model's embedding, or the only one.</summary>
    public string? Column { get; init; }

    /// <summary>The share of the pool that a row must meet: subgroups smaller than it are found.</summary>
    public double Share { get; init; } = RowDensity.DefaultShare;

    /// <summary>The rarest rows that are listed and shown.</summary>
    public int Top { get; init; } = DefaultTop;

    /// <summary>How a vector is a picture, such as <c>28x28</c>; null for what the shards' footers or the model's manifest say, if anything.</summary>
    public string? Image { get; init; }

    /// <summary>Draws the rows by which the density is measured.</summary>
    public ulong Seed { get; init; }

    private static readonly OptionRanges<CoverageOptions> Ranges = new()
    {
        { "--share", options => options.Share, OptionRange.Part },
        { "--top", options => options.Top, OptionRange.Between(1, ShowOptions.MostRows) },
    };

    /// <summary>Checks the options as far as no file is needed.</summary>
    /// <exception cref="UsageException">One is out of range.</exception>
    internal void Check()
    {
        Ranges.Require(this);
        if (Image is { } image)
        {
            PictureFormat.Parse(image);
        }
    }
}
