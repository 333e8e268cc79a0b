using ParquetPool.Contract;

namespace ParquetPool.Scorer.Purging;

/// <summary>What <c>scorer evaluate</c> is asked to do.</summary>
/// <param name="Model">A round's folder, a task's folder or an ONNX file.</param>
/// <param name="Test">Files, folders or globs of the test split's shards.</param>
internal sealed record EvaluateOptions(string Model, IReadOnlyList<string> Test)
{
    public const int DefaultResamples = 2000;

    /// <summary>The clean test split's shards; its rows are known by their ids. Empty for none.</summary>
    public IReadOnlyList<string> Clean { get; init; } = [];

    /// <summary><c>removed.csv</c>: the clean split is the test split without these ids. Null for none.</summary>
    public string? Removed { get; init; }

    /// <summary>Feature columns, one per model input; empty for those that the model names.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>What is said of the model's output.</summary>
    public OutputChoice Output { get; init; }

    public string LabelColumn { get; init; } = "label";

    /// <summary>Of the bootstrap.</summary>
    public ulong Seed { get; init; }

    /// <summary>Bootstrap resamples.</summary>
    public int Resamples { get; init; } = DefaultResamples;

    public int Threads { get; init; } = Environment.ProcessorCount;
}
