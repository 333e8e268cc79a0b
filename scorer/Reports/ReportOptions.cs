using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Reports;

/// <summary>What <c>report.html</c> is to show.</summary>
internal sealed record ReportOptions
{
    public const int DefaultPairs = FoundClusters.NearestPairs;

    /// <summary>The most pairs in the file, nearest first.</summary>
    public int Pairs { get; init; } = DefaultPairs;

    /// <summary>How a vector is a picture, such as <c>28x28</c>; null for what the model's manifest says, if anything.</summary>
    public string? Image { get; init; }

    /// <summary>Pairs of at least this cosine make clusters; null for the audit's threshold, or else the cosine of the last of the <see cref="DefaultPairs"/> nearest pairs.</summary>
    public double? Threshold { get; init; }

    internal static readonly OptionRanges<ReportOptions> Ranges = new()
    {
        { "--report-pairs", options => options.Pairs, OptionRange.AtLeast(0) },
        { "--threshold", options => options.Threshold, OptionRange.Cosine },
    };
}
