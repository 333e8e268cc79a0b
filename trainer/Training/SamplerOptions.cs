using ParquetPool.Errors;

namespace ParquetPool.Trainer.Training;

/// <summary>How often the rows of an epoch are drawn.</summary>
internal sealed record SamplerOptions
{
    public SamplerKind Kind { get; init; }

    /// <summary>What is added to a row's density, which is 1 around the middle row: the larger, the nearer to uniform. As in Amini et al. 2019, eq. 5.</summary>
    public double Alpha { get; init; } = 3;

    /// <summary>The share of the rows that the draws are worth at least, (Σw)² / Σw² / n of Kish: where they would be worth less, weights are tempered.</summary>
    public double MinEffective { get; init; } = 0.25;

    internal static readonly OptionRanges<SamplerOptions> Ranges = new()
    {
        { "--alpha", options => options.Alpha, OptionRange.AtLeast(0) },
        { "--min-effective", options => options.MinEffective, new OptionRange(value => value is > 0 and <= 1, "above 0, up to 1") },
    };
}

/// <summary>By what rows are drawn.</summary>
internal enum SamplerKind
{
    /// <summary>Each once an epoch.</summary>
    Uniform,

    /// <summary>By the inverse of the density around them.</summary>
    Debias,
}
