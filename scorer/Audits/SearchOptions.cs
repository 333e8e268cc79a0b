using ParquetPool.Errors;
using ParquetPool.Scorer.Pairs;

namespace ParquetPool.Scorer.Audits;

/// <summary>How an audit seeks pairs, and with what.</summary>
internal sealed record SearchOptions
{
    public const int DefaultVectorMegabytes = 512;
    public const double DefaultApproximateRecall = 0.99;

    /// <summary>Compare each row with the rows of a few cells of an index, so that this share of the nearest rows is found; null to compare with all. Evidence is of the rows compared.</summary>
    public double? Approximate { get; init; }

    /// <summary>With <see cref="Approximate"/>: a file that keeps the cells of the training split, so that its rows are not embedded again; made where there is none. Shards that it lacks are added.</summary>
    public string? Index { get; init; }

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Memory for vectors, in MiB. What does not fit is streamed: a split once for each part of the rows that are compared with it.
    /// Changes no result.
    /// </summary>
    public int VectorMegabytes { get; init; } = DefaultVectorMegabytes;

    /// <summary>The folder in which it is kept how pictures lie on each other, and the most bytes that lie there; null to keep nothing. Changes no result.</summary>
    public (string Folder, long Limit)? Kept { get; init; }

    /// <summary>Pairs that are sorted in memory, the others spilled; only tests choose.</summary>
    internal int PairsInMemory { get; init; } = SortedPairs.RunPairs;

    /// <summary>The most rows of a part, see <see cref="MemoryPlan.PartRows"/>; only tests choose.</summary>
    internal int PartRows { get; init; } = MemoryPlan.PartRows;

    internal static readonly OptionRanges<SearchOptions> Ranges = new()
    {
        { "--approximate", options => options.Approximate, new(share => share is > 0 and <= 1, "above 0 and at most 1, such as 0.99", "share of the nearest rows") },
        { "--threads", options => options.Threads, OptionRange.AtLeast(1) },
        { "--vector-megabytes", options => options.VectorMegabytes, OptionRange.AtLeast(1) },
    };
}
