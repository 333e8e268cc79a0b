using ParquetPool.Errors;
using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Novelty;

/// <summary>What <c>scorer novel</c> is asked to do.</summary>
/// <param name="Pool">Files, folders or globs of shards.</param>
/// <param name="Labels">Label files.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record NovelOptions(IReadOnlyList<string> Pool, IReadOnlyList<string> Labels, string Out)
{
    public const int DefaultCandidates = 20_000;

    /// <summary>The model whose embedding rows are compared by; null for a column.</summary>
    public string? Model { get; init; }

    /// <summary>The vector column by which rows are compared; null for the model's embedding.</summary>
    public string? Column { get; init; }

    /// <summary>How many clusters; null for as many as the labels can tell apart.</summary>
    public int? Clusters { get; init; }

    /// <summary>The most rows without a label that clusters are made of; the others join the nearest. Bounds the memory.</summary>
    public int Candidates { get; init; } = DefaultCandidates;

    /// <summary>Decides every draw.</summary>
    public ulong Seed { get; init; }

    internal static readonly OptionRanges<NovelOptions> Ranges = new()
    {
        { "--clusters", options => options.Clusters, OptionRange.Between(2, NovelRows.MostClusters) },
        { "--candidates", options => options.Candidates, OptionRange.AtLeast(2) },
    };
}
