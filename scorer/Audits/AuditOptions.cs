using ParquetPool.Scorer.Reports;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Audits;

/// <summary>What <c>scorer audit</c> is asked to do.</summary>
/// <param name="Train">Files, folders or globs of the training split's shards; none where a split is compared with itself alone.</param>
/// <param name="Test">Files, folders or globs of the test split's shards.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record AuditOptions(IReadOnlyList<string> Train, IReadOnlyList<string> Test, string Out)
{
    /// <summary>Instead of two splits: files, folders or globs of the shards whose rows <see cref="SplitColumn"/> or <see cref="Labelled"/> divides.</summary>
    public IReadOnlyList<string> Pool { get; init; } = [];

    /// <summary>The column of the pool whose values are the splits.</summary>
    public string? SplitColumn { get; init; }

    /// <summary>Label files: the rows of the pool with their ids are one split, all others the second.</summary>
    public IReadOnlyList<string> Labelled { get; init; } = [];

    /// <summary>What is compared.</summary>
    public VectorOptions Vectors { get; init; } = new();

    /// <summary>What is listed.</summary>
    public PairOptions Pairs { get; init; } = new();

    /// <summary>How it is sought.</summary>
    public SearchOptions Search { get; init; } = new();

    /// <summary>Of the calibration: the rows altered, their alterations, the resamples.</summary>
    public ulong Seed { get; init; }

    /// <summary>Columns that vectors were made of, such as texts: rows are exact copies only where these are the same too. Empty for <c>text</c> where there is one.</summary>
    public IReadOnlyList<string> TextColumns { get; init; } = [];

    /// <summary>The label column of both splits; null for <c>label</c> where there is one.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Also measure what a plain large Gemm reaches, before and after the search.</summary>
    public bool Benchmark { get; init; }

    public BadRows OnBadRows { get; init; }

    /// <summary>What <c>report.html</c> shows.</summary>
    public ReportOptions Page { get; init; } = new();
}
