using System.Text.Json.Serialization;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>What <c>trainer simulate</c> is asked to do.</summary>
/// <param name="Pool">Files, folders or globs of the labelled rows that play the unlabelled pool.</param>
/// <param name="Test">Files, folders or globs of the rows that accuracy is measured on.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record SimulateOptions(IReadOnlyList<string> Pool, IReadOnlyList<string> Test, string Out)
{
    public const string DefaultLabelColumn = "label";

    public string LabelColumn { get; init; } = DefaultLabelColumn;

    /// <summary>Whether words that may be no classes (<see cref="ClassNames.Doubts"/>) are taken for classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NewClasses { get; init; }

    /// <summary>Feature columns; empty for <c>features</c> if the pool has it, else every vector column.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Rows labelled before the first query, drawn at random.</summary>
    public int Initial { get; init; } = 2000;

    /// <summary>Rows a query.</summary>
    public int Query { get; init; } = 20;

    /// <summary>Queries.</summary>
    public int Rounds { get; init; } = 100;

    public IReadOnlyList<string> Strategies { get; init; } = ["random", "margin", "entropy", "least_confidence", "bald"];

    /// <summary>How what is bought is learnt from, each as <see cref="Learning.Parse"/> reads it; every strategy is tried with each.</summary>
    public IReadOnlyList<string> Learn { get; init; } = [Learning.Supervised];

    /// <summary>The file of super-classes; with one, what is counted are answers to yes/no questions. Null for labels.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hierarchy { get; init; }

    /// <summary>The model that every training starts from; null for first weights.</summary>
    public string? From => Training.From?.Text ?? (Training.FirstWeights is { } given ? $"{given.Path}, SHA-256 {given.Sha256}, first weights" : null);

    /// <summary>Runs of each strategy, with the seeds 0, 1, ...</summary>
    public int Seeds { get; init; } = 5;

    /// <summary>Members of the committee.</summary>
    public int Passes { get; init; } = 20;

    /// <summary>Whether every round is trained from first weights on, with early stopping, instead of going on from the round before.</summary>
    public bool FromScratch { get; init; }

    /// <summary>The cosine of embeddings from which on strategies with <c>+unique</c> hold rows back.</summary>
    public double NearDuplicates { get; init; } = 0.95;

    /// <summary>How the model is trained; the seed is each run's own.</summary>
    public TrainOptions Training { get; init; } = new();

    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Rejects settings out of range.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check()
    {
        Ranges.Require(this);
        Training.Check();
        if (Hierarchy is null && Strategies.FirstOrDefault(name => name.StartsWith(Strategy.Questions, StringComparison.Ordinal)) is { } asking)
        {
            throw new UsageException($"--strategies {asking} asks about super-classes: name them with --hierarchy");
        }
        if (Hierarchy is not null && Learn.FirstOrDefault(learn => Learning.Parse(learn, default).Method != LearningMethod.Supervised) is { } other)
        {
            throw new UsageException($"--learn {other} is given with --hierarchy, expected one: rows with a partial label are learnt from as {Learning.Supervised} does");
        }
        if (Training.From is not null && Learn.FirstOrDefault(learn => Learning.Parse(learn, default).Method != LearningMethod.Supervised) is { } joint)
        {
            throw new UsageException($"--learn {joint} is given with --from, expected one: it starts from a network's first weights");
        }
    }

    internal static readonly OptionRanges<SimulateOptions> Ranges = new()
    {
        { "--initial", options => options.Initial, OptionRange.AtLeast(2) },
        { "--query", options => options.Query, OptionRange.AtLeast(1) },
        { "--rounds", options => options.Rounds, OptionRange.AtLeast(1) },
        { "--seeds", options => options.Seeds, OptionRange.AtLeast(1) },
        { "--passes", options => options.Passes, OptionRange.AtLeast(1) },
        { "--threads", options => options.Threads, OptionRange.AtLeast(1) },
        { "--near-duplicates", options => options.NearDuplicates, OptionRange.CosineAboveZero },
    };
}
