using System.Text.Json.Serialization;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>What <c>trainer correlate</c> is asked to do.</summary>
/// <param name="Pool">Files, folders or globs of labelled rows.</param>
/// <param name="Test">Files, folders or globs of the rows that accuracy is measured on.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record CorrelateOptions(IReadOnlyList<string> Pool, IReadOnlyList<string> Test, string Out)
{
    public string LabelColumn { get; init; } = SimulateOptions.DefaultLabelColumn;

    /// <summary>Whether words that may be no classes (<see cref="ClassNames.Doubts"/>) are taken for classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NewClasses { get; init; }

    /// <summary>Feature columns; empty for <c>features</c> if the pool has it, else every vector column.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Rows that the model starts from.</summary>
    public int Initial { get; init; } = 2000;

    /// <summary>Rows that are scored, drawn at random.</summary>
    public int Rows { get; init; } = 10_000;

    /// <summary>Rows of a group.</summary>
    public int Group { get; init; } = 100;

    /// <summary>Scores, and <see cref="Strategy.IdealLoss"/>.</summary>
    public IReadOnlyList<string> By { get; init; } = ["margin", "entropy", "bald", Strategy.IdealLoss];

    /// <summary>Members of the committee.</summary>
    public int Passes { get; init; } = 20;

    public TrainOptions Training { get; init; } = new();

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Rejects settings out of range.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check()
    {
        Ranges.Require(this);
        Training.Check();
        if (Rows / Group < LeastGroups)
        {
            throw new UsageException($"--rows {Rows} in groups of {Group} make {Rows / Group} groups, expected {LeastGroups} or more: a correlation needs groups");
        }
    }

    internal static readonly OptionRanges<CorrelateOptions> Ranges = new()
    {
        { "--initial", options => options.Initial, OptionRange.AtLeast(2) },
        { "--group", options => options.Group, OptionRange.AtLeast(1) },
        { "--passes", options => options.Passes, OptionRange.AtLeast(1) },
        { "--threads", options => options.Threads, OptionRange.AtLeast(1) },
    };

    private const int LeastGroups = 5;
}
