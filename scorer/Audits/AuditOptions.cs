using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Reports;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>What <c>scorer audit</c> is asked to do.</summary>
/// <param name="Train">Files, folders or globs of the training split's shards; none where a split is compared with itself alone.</param>
/// <param name="Test">Files, folders or globs of the test split's shards.</param>
/// <param name="Out">The folder of the outputs.</param>
public sealed record AuditOptions(IReadOnlyList<string> Train, IReadOnlyList<string> Test, string Out)
{
    public const int DefaultVectorMegabytes = 512;
    public const double DefaultApproximateRecall = 0.99;

    /// <summary>Instead of two splits: files, folders or globs of the shards whose rows <see cref="SplitColumn"/> or <see cref="Labelled"/> divides.</summary>
    public IReadOnlyList<string> Pool { get; init; } = [];

    /// <summary>The column of the pool whose values are the splits.</summary>
    public string? SplitColumn { get; init; }

    /// <summary>Label files: the rows of the pool with their ids are one split, all others the second.</summary>
    public IReadOnlyList<string> Labelled { get; init; } = [];

    /// <summary>The vector columns to compare, as <see cref="Weighted.Parse"/> reads them; with nothing else to compare either, the only one there is, or <c>features</c>.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Compare the <c>embedding</c> output of this model, dropout off; a weight may follow as for columns.</summary>
    public string? Model { get; init; }

    /// <summary>Compare averaged pixels too, with this weight.</summary>
    public double? Pixels { get; init; }

    /// <summary>The views of a picture that its embedding is averaged over, as <see cref="View.Parse"/> reads them; null for the picture as it is.</summary>
    public string? Views { get; init; }

    /// <summary>Instead of averaging, compare the one of the views of a query row that is most similar.</summary>
    public bool BestView { get; init; }

    /// <summary>Nearest rows sought for each test row, in the training split and again in the test split.</summary>
    public int Neighbours { get; init; } = 1;

    /// <summary>Only pairs of at least this cosine are listed; all nearest pairs where null.</summary>
    public double? Threshold { get; init; }

    /// <summary>Only pairs from the cosine on at which about this share of the nearest pairs are real duplicates are listed, and byte-identical ones.</summary>
    public double? Precision { get; init; }

    /// <summary>Only pairs from the cosine on at which this share of altered copies is found are listed, and byte-identical ones.</summary>
    public double? Recall { get; init; }

    /// <summary>Of the calibration: the rows altered, their alterations, the resamples.</summary>
    public ulong Seed { get; init; }

    /// <summary>List every pair that reaches the threshold, copies one by one, not the nearest rows alone.</summary>
    public bool AllPairs { get; init; }

    /// <summary>Compare each row with the rows of a few cells of an index, so that this share of the nearest rows is found; null to compare with all. Evidence is of the rows compared.</summary>
    public double? Approximate { get; init; }

    /// <summary>With <see cref="Approximate"/>: a file that keeps the cells of the training split, so that its rows are not embedded again; made where there is none. Shards that it lacks are added.</summary>
    public string? Index { get; init; }

    /// <summary>Columns that vectors were made of, such as texts: rows are exact copies only where these are the same too. Empty for <c>text</c> where there is one.</summary>
    public IReadOnlyList<string> TextColumns { get; init; } = [];

    /// <summary>The label column of both splits; null for <c>label</c> where there is one.</summary>
    public string? LabelColumn { get; init; }

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Memory for vectors, in MiB. What does not fit is streamed: a split once for each part of the rows that are compared with it.
    /// Changes no result.
    /// </summary>
    public int VectorMegabytes { get; init; } = DefaultVectorMegabytes;

    /// <summary>Also measure what a plain large Gemm reaches, before and after the search.</summary>
    public bool Benchmark { get; init; }

    public BadRows OnBadRows { get; init; }

    /// <summary>What <c>report.html</c> shows.</summary>
    public ReportOptions Page { get; init; } = new();

    /// <summary>Pairs that are sorted in memory, the others spilled; only tests choose.</summary>
    internal int PairsInMemory { get; init; } = SortedPairs.RunPairs;

    /// <summary>The most rows of a part, see <see cref="MemoryPlan.PartRows"/>; only tests choose.</summary>
    internal int PartRows { get; init; } = MemoryPlan.PartRows;
}
