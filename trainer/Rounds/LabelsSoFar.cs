using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Exports;
using ParquetPool.Labels;
using ParquetPool.Shards;
using ParquetPool.Trainer.Labels;

namespace ParquetPool.Trainer.Rounds;

/// <summary>All that people have handed back for a task, and what stands of it before the pool is read.</summary>
/// <param name="Read">What became of the files that were given now.</param>
/// <param name="Known">The classes that are known before any label is looked at.</param>
/// <param name="Hierarchy">Super-classes; null for none.</param>
internal sealed record LabelsSoFar(LabelHistory History, LabelsRead Read, KnownClasses Known, ClassNames Names, Hierarchy? Hierarchy, Consensus Consensus)
{
    /// <summary>Takes the files that were given into the task's history.</summary>
    /// <exception cref="DataException">A file, or what the task had before, is not what it must be.</exception>
    public static LabelsSoFar Of(RoundRequest request, RoundNotes notes, CommandContext context)
    {
        KnownClasses Known() => KnownClasses.Of(new ModelRegistry(request.Training.Models), request.Training.Task, PoolFacts.Of(ShardSet.Resolve(request.Training.Pool)).Classes, notes.Tell);
        var history = new LabelHistory(request.LabelFolder, notes.Tell);
        var reading = new SheetReading(
            history, request.Training.Control, () => request.Classes.Count == 0 && !request.NewClasses && Known().Names.Count == 0, request.LeavesBadFilesOut ? new SetAside(request.LabelFolder) : null, context);
        var read = reading.Read(request.LeavesBadFilesOut ? LabelFiles.Now(request.Labels) : LabelFiles.Of(request.Labels));
        notes.Keep([.. reading.Notes, .. LabelFiles.LeftOut(request.Labels)]);
        var known = Known();
        var hierarchy = request.Training.Hierarchy is { } path ? Hierarchy.Read(path) : null;
        var names = StandingLabels.NamesOf(known.With(request.Classes), history.Labels, hierarchy);
        var consensus = StandingLabels.Of(history.Labels, names, match: null, hierarchy);
        return new LabelsSoFar(history, read, known, names, hierarchy, request.Weigh(consensus, context.Stopping)?.Applied(consensus) ?? consensus);
    }
}

/// <summary>What a reader of a round's summary should know.</summary>
internal sealed class RoundNotes(ProgressDisplay progress)
{
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines => [.. lines];

    /// <summary>Says a line now, too.</summary>
    public void Tell(string line)
    {
        lines.Add(line);
        progress.Say(line);
    }

    public void Keep(IEnumerable<string> more) => lines.AddRange(more);
}
