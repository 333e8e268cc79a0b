using ParquetPool.Errors;

namespace ParquetPool.Scorer.Comparisons;

/// <summary>What <c>scorer compare</c> is asked to do.</summary>
/// <param name="Pool">Files, folders or globs of shards.</param>
/// <param name="Top">Pairs to ask for.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record CompareOptions(IReadOnlyList<string> Pool, int Top, string Out)
{
    public const int DefaultCandidates = 2000;
    public const int DefaultPasses = 20;
    public const int DefaultPerRow = 2;
    public const string DefaultQuestion = "Which of the two?";
    private const int MostCandidates = 20_000;
    private const int MostPasses = 1000;

    /// <summary>The model that ranks rows; null before there is one.</summary>
    public string? Model { get; init; }

    /// <summary>How pairs are chosen; null for by variance where there is a model, else at random.</summary>
    public PairStrategy? Strategy { get; init; }

    /// <summary>Files of answers: their pairs are not asked for again.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The most rows among which pairs are sought, drawn evenly. Bounds the memory, and the time with its square.</summary>
    public int Candidates { get; init; } = DefaultCandidates;

    /// <summary>The most pairs of the query in which a row stands.</summary>
    public int PerRow { get; init; } = DefaultPerRow;

    /// <summary>Members of the committee.</summary>
    public int Passes { get; init; } = DefaultPasses;

    /// <summary>Decides the committee's masks and every draw.</summary>
    public ulong Seed { get; init; }

    /// <summary>What people are asked.</summary>
    public string Question { get; init; } = DefaultQuestion;

    /// <summary>The columns that people are shown; empty for all texts but id, label and split.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>How a vector is a picture, such as <c>28x28</c>; null for what the shards' footers or the model's manifest say, if anything.</summary>
    public string? Image { get; init; }

    /// <summary>What stands before a row's id in the address of its picture; null where tasks hold the pictures themselves.</summary>
    public string? ImagePrefix { get; init; }

    internal static readonly OptionRanges<CompareOptions> Ranges = new()
    {
        { "--top", options => options.Top, OptionRange.AtLeast(1) },
        { "--candidates", options => options.Candidates, OptionRange.Between(2, MostCandidates) },
        { "--per-row", options => options.PerRow, OptionRange.AtLeast(1) },
        { "--passes", options => options.Passes, OptionRange.Between(2, MostPasses) },
    };
}

/// <summary>How pairs are chosen.</summary>
internal enum PairStrategy
{
    /// <summary>Drawn in proportion to how much the predicted preference varies among the members of the committee.</summary>
    Variance,

    /// <summary>Drawn evenly.</summary>
    Random,
}
