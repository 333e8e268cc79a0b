using ParquetPool.Errors;
using ParquetPool.Exports;

namespace ParquetPool.Trainer.Voting;

/// <summary>What <c>trainer consensus</c> is asked to do.</summary>
/// <param name="Labels">Label files, folders and globs.</param>
/// <param name="Out">The folder of the outputs.</param>
internal sealed record ConsensusOptions(IReadOnlyList<string> Labels, string Out)
{
    public const int DefaultTop = 200;

    /// <summary>The rows that the labels are for, whose ids are spelled as there; empty where they are not given.</summary>
    public IReadOnlyList<string> Pool { get; init; } = [];

    /// <summary>The control, question or column whose choices are labels.</summary>
    public string Control { get; init; } = LabelStudioExport.Control;

    public VoteMethod Method { get; init; }

    /// <summary>Columns of the pool that a network learns from what annotators say of a row; empty for no network.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Whether classes are grades.</summary>
    public bool Ordinal { get; init; }

    /// <summary>Decides the network's first weights, the order of votes and dropout.</summary>
    public ulong Seed { get; init; }

    /// <summary>The most rows that are worth a second opinion.</summary>
    public int Top { get; init; } = DefaultTop;

    /// <exception cref="UsageException">An option is out of range, or options contradict each other.</exception>
    internal void Check()
    {
        Ranges.Require(this);
        if (Method == VoteMethod.Voters && Features.Count == 0)
        {
            throw new UsageException("--method voters is given without --features, expected both: a network learns from columns of the pool");
        }
        if (Features.Count > 0 && Pool.Count == 0)
        {
            throw new UsageException("--features is given without --pool, expected both: the columns are the pool's");
        }
        if (Features.Count > 0 && Method is VoteMethod.Majority or VoteMethod.DawidSkene)
        {
            throw new UsageException($"--features is given with --method {WeighedVotes.NameOf(Method)}, expected one: that method looks at votes alone");
        }
    }

    internal static readonly OptionRanges<ConsensusOptions> Ranges = new() { { "--top", options => options.Top, OptionRange.AtLeast(1) } };
}
