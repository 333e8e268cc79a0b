using ParquetPool.Scorer.Pipeline;
using ParquetPool.Scorer.Reports;

namespace ParquetPool.Scorer.Audits;

/// <summary>What <c>scorer audit</c> is asked to do.</summary>
/// <param name="Train">Files, folders or globs of the training split's shards; none where a split is compared with itself alone.</param>
/// <param name="Test">Files, folders or globs of the test split's shards.</param>
/// <param name="Out">The folder of the outputs.</param>
public sealed record AuditOptions(IReadOnlyList<string> Train, IReadOnlyList<string> Test, string Out)
{
    public const int DefaultVectorMegabytes = 512;

    /// <summary>The vector column to compare; null for the only one there is, or <c>features</c>.</summary>
    public string? Column { get; init; }

    /// <summary>Compare the <c>embedding</c> output of this model, dropout off, instead of a column.</summary>
    public string? Model { get; init; }

    /// <summary>Nearest rows sought for each test row, in the training split and again in the test split.</summary>
    public int Neighbours { get; init; } = 1;

    /// <summary>Only pairs of at least this cosine are listed; all nearest pairs where null.</summary>
    public double? Threshold { get; init; }

    /// <summary>List every pair that reaches the threshold, copies one by one, not the nearest rows alone.</summary>
    public bool AllPairs { get; init; }

    /// <summary>Compare each row with the rows of a few cells of an index, not with all; evidence is of the rows compared.</summary>
    public bool Approximate { get; init; }

    /// <summary>The share of nearest rows that an approximate audit is to find, measured on a sample.</summary>
    public double Recall { get; init; } = 0.99;

    /// <summary>The label column of both splits; null for <c>label</c> where there is one.</summary>
    public string? LabelColumn { get; init; }

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Memory for vectors, in MiB. What does not fit is streamed: the training split once for each part of the test split that does.
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
}
