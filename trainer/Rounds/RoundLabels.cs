using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Labels;
using ParquetPool.Trainer.Labels;
using ParquetPool.Trainer.TrainingSets;
using ParquetPool.Trainer.Voting;

namespace ParquetPool.Trainer.Rounds;

/// <summary>What a round has of the labels there are: which it learns from, and what is to be said of the others.</summary>
/// <param name="Consensus">By the pool's ids.</param>
/// <param name="Rows">To learn from and to measure by.</param>
/// <param name="Remarks">Labels that are left out, and those that nobody asked for.</param>
/// <param name="NotInPool">Labels for ids that no shard holds.</param>
/// <param name="Notes">For a reader.</param>
internal sealed record RoundLabels(Consensus Consensus, IReadOnlyList<(string Id, float[] Features, string Label)> Rows, IReadOnlyList<LabelRemark> Remarks, int NotInPool, IReadOnlyList<string> Notes)
{
    /// <summary>Rows to learn from of which is known that they are of one of several classes.</summary>
    public IReadOnlyList<PartialRow> Partial { get; private init; } = [];

    /// <summary>What says so.</summary>
    public IReadOnlyList<StatedAnswer> Answers { get; private init; } = [];

    /// <summary>What annotators are worth; null where nobody asked.</summary>
    public WeighedVotes? Votes { get; private init; }

    /// <summary>See <see cref="TrainPlan.HashOf"/>.</summary>
    public string Hash => TrainPlan.HashOf(Learnt.Select(l => (l.Key, l.Value)));

    /// <summary>[id]: the class of each row that is learnt from, or the classes.</summary>
    public IReadOnlyDictionary<string, string> Learnt => Rows.Select(r => (r.Id, r.Label)).Concat(Partial.Select(r => (r.Id, Label: StatedRows.Text(r.Classes)))).ToDictionary(r => r.Id, r => r.Label, StringComparer.Ordinal);

    private const string FileNotUsed = "its file is not used: ";

    /// <summary>Reads the pool.</summary>
    /// <param name="visit">Shown every batch of the pool.</param>
    /// <exception cref="DataException">The pool cannot be read, or has no row that is labelled; <paramref name="folder"/> then has the remarks.</exception>
    public static async Task<RoundLabels> ReadAsync(
        RoundRequest request, LabelsSoFar said, TrainPlan plan, LabelFolder folder, Action<ShardRows.RowBatch> visit, CommandContext context)
    {
        var (history, known, names, hierarchy) = (said.History, said.Known, said.Names, said.Hierarchy);
        var match = await Task.Run(() => IdMatch.Of(plan.Pool, history.Labels, context.Stopping), context.Stopping);
        var consensus = StandingLabels.Of(history.Labels, names, match, hierarchy);
        var votes = request.Weigh(consensus, context.Stopping);
        consensus = votes?.Applied(consensus) ?? consensus;
        var stated = request.Stated(consensus, hierarchy, known);
        var notes = NotesOf(match);
        var ofFaults = history.Labels.Where(l => match.Faults.ContainsKey(l.Source) && !l.Entry.IsWithdrawn).DistinctBy(l => (l.Source, l.Entry.Id))
            .Select(l => new LabelRemark(l.Entry.Id, l.Entry.Label, FileNotUsed + match.Faults[l.Source], false)).ToList();
        ofFaults.AddRange(stated.Sets.Contradictory.Select(row => new LabelRemark(row.Id, consensus.Labels.GetValueOrDefault(row.Id, ""), StatedRows.NoClassLeft + row.Said, false)));
        if (stated.Labels.Keys.All(id => match.RowOf(id) is null))
        {
            folder.WriteRemarks([.. stated.Labels.Select(l => new LabelRemark(l.Key, l.Value, LabelledRowReader.NotInPool, false)), .. ofFaults]);
            throw None(stated.Labels, match, notes);
        }
        var unusable = new List<(string Id, string Why)>();
        var (rows, partial) = stated.Parted(await plan.ReadAsync(new LabelSource.Given(stated.Labels), context, unusable, visit));
        var learnt = partial.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        var refusals = rows.Select(r => r.Label).Distinct(StringComparer.Ordinal).ToDictionary(label => label, label => known.Refusal(label, request, plan.Start?.Set.Classes), StringComparer.Ordinal);
        var refused = rows.Select(r => (r.Id, r.Label, Why: refusals[r.Label])).Where(r => r.Why is not null).ToList();
        unusable.AddRange(refused.Select(r => (r.Id, r.Why!)));
        if (refused.Where(r => r.Why!.StartsWith(KnownClasses.NewToTask, StringComparison.Ordinal)).CountBy(r => r.Label).ToList() is { Count: > 0 } strangers)
        {
            notes.Add(KnownClasses.LeftOut(strangers, known.Names));
        }
        var leftOut = refused.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        var asked = request.Asked.Count > 0 ? LabelFile.ReadIds(request.Asked) : null;
        var early = asked is null ? null : EarlyLabels.Of(asked, history.Labels, folder, match);
        if (early is { Files: { Count: > 0 } begun })
        {
            notes.Add($"labels of {string.Join(", ", begun)} are taken for those from before the first query, for none of their rows was asked for");
        }
        return new RoundLabels(
            consensus,
            [.. rows.Where(r => !leftOut.Contains(r.Id))],
            [.. ofFaults, .. RemarksOf(stated.Labels, unusable, id => asked?.Contains(id) != false || early!.Ids.Contains(id))],
            unusable.Count(u => u.Why == LabelledRowReader.NotInPool),
            [.. notes, .. names.Notes(), .. stated.Sets.Notes(), .. LabelFile.Replaced(consensus), .. LabelFile.Unused(consensus, hierarchy), .. votes is null ? Array.Empty<string>() : [votes.Note]])
        { Partial = partial, Answers = [.. stated.Answers.Where(answer => learnt.Contains(answer.Id))], Votes = votes };
    }

    /// <summary>Which files are not used and why, where no row has a label that might be learnt from: ids that a spreadsheet rounded to one look like annotators who disagree.</summary>
    /// <param name="isFirst">Whether no earlier round has labels.</param>
    /// <exception cref="DataException">The pool cannot be read, or there are such files and no labels of before.</exception>
    public static async Task<IReadOnlyList<string>> FaultsAsync(RoundRequest request, LabelHistory history, bool isFirst, CommandContext context)
    {
        var match = await Task.Run(() => IdMatch.Of(Shards.ShardSet.Resolve(request.Training.Pool), history.Labels, context.Stopping), context.Stopping);
        var notes = NotesOf(match);
        return isFirst && match.Faults.Count > 0 ? throw None(new Dictionary<string, string>(), match, notes) : notes;
    }

    private static List<string> NotesOf(IdMatch match) => [.. match.Faults.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} is not used: {f.Value}"), .. match.Doubts];

    private static DataException None(IReadOnlyDictionary<string, string> labels, IdMatch match, List<string> notes) => new(
        match.Faults.Count > 0 ? $"no row is labelled: {string.Join("; ", notes)}"
        : labels.Count == 0 ? "no row is labelled: give a label file with rows"
        : $"{labels.Count} labels are for ids that are not in the pool, such as '{labels.Keys.Min(StringComparer.Ordinal)}', where it has ids such as '{match.Example}': give the shards that hold them, or hand back the ids of the rows");

    private static IEnumerable<LabelRemark> RemarksOf(IReadOnlyDictionary<string, string> labels, IReadOnlyList<(string Id, string Why)> unusable, Func<string, bool> isExpected)
    {
        var leftOut = unusable.Select(u => u.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. unusable.Select(u => new LabelRemark(u.Id, labels[u.Id], u.Why, false)),
            .. labels.Where(l => !isExpected(l.Key) && !leftOut.Contains(l.Key)).Select(l => new LabelRemark(l.Key, l.Value, LabelFolder.Unasked, true)),
        ];
    }
}
