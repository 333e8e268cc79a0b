using ParquetPool.Errors;

namespace ParquetPool.Scorer.Selection;

/// <summary>What <c>scorer select</c> is asked to do.</summary>
/// <param name="Scores">The folder of a finished or a merged scoring run, or the folders of all partitions of one.</param>
/// <param name="Top">Rows to select.</param>
/// <param name="Strategy">One of <see cref="StrategyKind.All"/>, by name, or <see cref="Questions"/>.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record SelectOptions(IReadOnlyList<string> Scores, int Top, string Strategy, string Out)
{
    /// <summary>The strategy that asks yes/no questions about rows, and not for their classes.</summary>
    public const string Questions = "questions";

    public const int DefaultCandidates = 50_000;

    /// <summary>Instead of scores: files, folders or globs of shards that no model has scored. <see cref="Scores"/> is empty then.</summary>
    public IReadOnlyList<string> Pool { get; init; } = [];

    /// <summary>With <see cref="Pool"/>: the model whose embedding rows are compared by; null for a column.</summary>
    public string? Model { get; init; }

    /// <summary>The score that the strategy goes by; null for the strategy's own choice.</summary>
    public string? By { get; init; }

    /// <summary>Decides every draw.</summary>
    public ulong Seed { get; init; }

    /// <summary>The most rows that a strategy looks at. Bounds the memory.</summary>
    public int Candidates { get; init; } = DefaultCandidates;

    /// <summary>Label files whose rows are not selected.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Files, folders or globs of the rows that a query is to teach about; for <c>epig</c> alone.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>The file of super-classes; for <see cref="Questions"/> alone.</summary>
    public string? Hierarchy { get; init; }

    /// <summary>What it costs to name a row's class, in answers to yes/no questions, for <see cref="Questions"/> alone; null for what <see cref="Strategies.QuestionValues"/> has it cost.</summary>
    public double? ClassCost { get; init; }

    /// <summary>What <c>scorer coverage</c> wrote of the pool; for <c>rare</c> alone.</summary>
    public string? Coverage { get; init; }

    /// <summary>The most rows of one predicted class; any number where null.</summary>
    public int? PerClassMax { get; init; }

    /// <summary>The share of the rows that is drawn evenly from the whole pool, in [0, 1].</summary>
    public double Explore { get; init; }

    /// <summary>No two selected or labelled rows have this cosine or more; not looked at where null.</summary>
    public double? NoNearDuplicates { get; init; }

    /// <summary>The vector column by which rows are compared; the model's embedding where null.</summary>
    public string? Column { get; init; }

    /// <summary>What is to be known of a row that a strategy looks at.</summary>
    internal Needs Needed(StrategyKind kind) => kind.Needs | (NoNearDuplicates is null ? Needs.None : Needs.Embeddings);

    internal static readonly OptionRanges<SelectOptions> Ranges = new()
    {
        { "--top", options => options.Top, OptionRange.AtLeast(1) },
        { "--class-cost", options => options.ClassCost, OptionRange.AtLeast(1) },
        { "--per-class-max", options => options.PerClassMax, OptionRange.AtLeast(1) },
        { "--explore", options => options.Explore, OptionRange.Share },
        { "--no-near-duplicates", options => options.NoNearDuplicates, OptionRange.CosineAboveZero },
    };
}
