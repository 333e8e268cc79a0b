using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Records;
using ParquetPool.Sessions;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Scoring;

/// <summary>What <c>scorer score</c> is asked to do.</summary>
/// <param name="Model">A round's folder, a task's folder or an ONNX file.</param>
/// <param name="Pool">Files, folders or globs of shards.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record ScoreOptions(string Model, IReadOnlyList<string> Pool, string Out)
{
    public const int DefaultPasses = 20;
    public const int DefaultBatchRows = 2048;

    /// <summary>Committee members; 0 switches dropout off.</summary>
    public int Passes { get; init; } = DefaultPasses;

    public ulong Seed { get; init; }

    /// <summary>How the members' masks are drawn.</summary>
    public MaskKind Masks { get; init; }

    public string RankBy { get; init; } = "bald";

    /// <summary>Rows in the ranked files; all where null.</summary>
    public int? Top { get; init; }

    /// <summary>Label files or ranked files whose ids are not ranked.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Feature columns, one per model input; empty for those that the model names.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Which probabilities confidence, least confidence, margin and entropy are made of.</summary>
    public ProbabilityKind Probabilities { get; init; }

    /// <summary>What is said of the model's output.</summary>
    public OutputChoice Output { get; init; }

    /// <summary>Rows read at a time. Bounds the memory, changes no score.</summary>
    public int BatchRows { get; init; } = DefaultBatchRows;

    public int Threads { get; init; } = Environment.ProcessorCount;

    public Device Device { get; init; }

    public BadRows OnBadRows { get; init; }

    /// <summary>The share of the shards to score; all where null.</summary>
    public Partition? Partition { get; init; }

    internal static readonly OptionRanges<ScoreOptions> Ranges = new()
    {
        { "--passes", options => options.Passes, OptionRange.AtLeast(0) },
        { "--batch-rows", options => options.BatchRows, OptionRange.AtLeast(1) },
        { "--threads", options => options.Threads, OptionRange.AtLeast(1) },
        { "--top", options => options.Top, OptionRange.AtLeast(1) },
    };
}
