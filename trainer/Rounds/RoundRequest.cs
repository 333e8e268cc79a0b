using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Storage;
using ParquetPool.Trainer.Voting;

namespace ParquetPool.Trainer.Rounds;

/// <summary>What <c>trainer round</c> is asked for.</summary>
/// <param name="Training">How it is trained and where it goes; its labels are those of the history.</param>
/// <param name="Labels">Label sheets: files, folders and globs.</param>
internal sealed record RoundRequest(TrainRequest Training, IReadOnlyList<string> Labels)
{
    /// <summary>Files with the ids of the rows that were asked for; empty where nobody keeps count.</summary>
    public IReadOnlyList<string> Asked { get; init; } = [];

    /// <summary>The classes there are; empty for those that the labels name.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Whether votes are weighed by what their annotators are worth, and what that is is written beside the labels.</summary>
    public bool Annotators { get; init; }

    /// <summary>Whether classes count that no round before knows.</summary>
    public bool NewClasses { get; init; }

    /// <summary>The fewest labels, new or changed since the last round, that are worth a round.</summary>
    public int MinNewLabels { get; init; } = 1;

    /// <summary>What a round must gain in accuracy over the one before, on the same held-out rows, to be published; null to publish any.</summary>
    public double? MinGain { get; init; }

    /// <summary>Whether to train though nothing is new.</summary>
    public bool Force { get; init; }

    /// <summary>Whether files that cannot be read are told once and set aside, instead of ending the round.</summary>
    public bool LeavesBadFilesOut { get; init; }

    /// <summary>The folder of the task's labels, or its address.</summary>
    internal string LabelFolder => StorageAddress.Join(StorageAddress.Join(Training.Models, ModelRegistry.CheckTask(Training.Task)), "labels");

    /// <summary>The votes by what their annotators are worth; null where that is not asked for, or there is nothing to disagree on.</summary>
    internal WeighedVotes? Weigh(Consensus said, CancellationToken stopping) =>
        Annotators && said.Votes.Select(v => v.Label).Distinct().Skip(1).Any() ? WeighedVotes.Of(VoteTable.Of(said), VoteMethod.Auto, learn: null, stopping) : null;

    /// <summary>What labels and answers state of rows.</summary>
    internal StatedRows Stated(Consensus said, Hierarchy? hierarchy, KnownClasses known) =>
        StatedRows.Of(said, hierarchy, Classes.Count > 0 ? Classes : known.Names, isOpen: NewClasses && Classes.Count == 0);

    private static OptionRange Gains => new(gain => Math.Abs(gain) <= 1, "a share of the held-out rows from -1 to 1: 0.01 is one point of accuracy");

    /// <summary>Rejects settings out of range.</summary>
    /// <exception cref="UsageException">Names the option, its value and what was expected.</exception>
    internal void Check()
    {
        ModelRegistry.CheckTask(Training.Task);
        OptionRange.AtLeast(1).Require("--min-new-labels", MinNewLabels);
        Gains.Require("--min-gain", MinGain);
        if (Annotators && Training.Hierarchy is not null)
        {
            throw new UsageException("--annotators is given with --hierarchy, expected one: what annotators are worth is told by labels that all name classes");
        }
        Training.Check();
    }
}
