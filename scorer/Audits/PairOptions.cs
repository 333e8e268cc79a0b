using ParquetPool.Errors;

namespace ParquetPool.Scorer.Audits;

/// <summary>Which pairs an audit lists.</summary>
internal sealed record PairOptions
{
    /// <summary>Nearest rows sought for each test row, in the training split and again in the test split.</summary>
    public int Neighbours { get; init; } = 1;

    /// <summary>List every pair that reaches the threshold, copies one by one, not the nearest rows alone.</summary>
    public bool AllPairs { get; init; }

    /// <summary>Of how many of the nearest rows the pictures are laid over each row's own, 0 for none; null for <see cref="DefaultOverlap"/> where rows have pictures and all are compared.</summary>
    public int? Overlap { get; init; }

    /// <summary>Nearly all that are found with more are found with these.</summary>
    public const int DefaultOverlap = 16;

    /// <summary>Only pairs of at least this cosine are listed; all nearest pairs where null.</summary>
    public double? Threshold { get; init; }

    /// <summary>Only pairs from the cosine on at which about this share of the nearest pairs are real duplicates are listed, and byte-identical ones.</summary>
    public double? Precision { get; init; }

    /// <summary>Only pairs from the cosine on at which this share of altered copies is found are listed, and byte-identical ones.</summary>
    public double? Recall { get; init; }

    private static OptionRange Part => OptionRange.Part with { Expected = $"{OptionRange.Part.Expected}, such as 0.9", Lacks = "share" };

    internal static readonly OptionRanges<PairOptions> Ranges = new()
    {
        { "--precision", options => options.Precision, Part },
        { "--recall", options => options.Recall, Part },
        { "--overlap", options => options.Overlap, OptionRange.AtLeast(0) },
        { "--neighbours", options => options.Neighbours, OptionRange.AtLeast(1) },
        { "--threshold", options => options.Threshold, OptionRange.Cosine },
    };
}
