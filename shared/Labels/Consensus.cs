using ParquetPool.Exports;
using ParquetPool.Texts;

namespace ParquetPool.Labels;

/// <summary>A row on which annotators disagree.</summary>
/// <param name="Votes">Label and annotators, most votes first.</param>
/// <param name="Label">The ground truth's or the majority's; null where there is neither.</param>
public sealed record Disagreement(string Id, IReadOnlyList<(string Label, int Votes)> Votes, string? Label);

/// <summary>What an annotator says of a row in the end.</summary>
/// <param name="Annotator">Empty for nobody known.</param>
public sealed record GivenVote(string Id, string Annotator, string Label);

/// <summary>What all labels of a history come to, row by row.</summary>
/// <remarks>
/// Each annotator has one vote a row: the label given last, by the annotations' own times where all of the row's have one, else in the order of reading. One
/// who is called by an address in one file and by a number in another is one. Labels without an annotator are those of one more annotator; where one
/// file has several for a row, each is a vote, for nobody can say which came later. A label taken back is none. A ground truth decides, the newest
/// of several; else the label with most votes stands; with equal votes none does.
/// </remarks>
/// <param name="Labels">By id.</param>
/// <param name="Disagreements">Ordered by id.</param>
/// <param name="Changed">Votes that were another label before, or are taken back.</param>
public sealed record Consensus(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<Disagreement> Disagreements, int Changed)
{
    /// <summary>All votes that stand, ordered by id, those of the rows that a ground truth decides too.</summary>
    public IReadOnlyList<GivenVote> Votes { get; init; } = [];

    /// <summary>The ground truth of rows that have one, by id.</summary>
    public IReadOnlyDictionary<string, string> Truths { get; init; } = new Dictionary<string, string>();

    /// <summary>What stands of yes and no to questions about rows, one of each row and question, ordered by both.</summary>
    public IReadOnlyList<GivenAnswer> Answers { get; init; } = [];

    /// <summary>Questions that were answered with yes as often as with no, and stand for nothing.</summary>
    public IReadOnlyList<(string Id, string Question)> Undecided { get; init; } = [];

    /// <summary>What decided, of labels that were changed, which one is the newest, and how often; see <see cref="GivenLabel.OrderedBy"/>.</summary>
    public IReadOnlyDictionary<string, int> Rules { get; init; } = new Dictionary<string, int>();

    /// <param name="history">In the order the labels were read.</param>
    /// <param name="hierarchy">A vote for a super-class counts for what others say within it, where they agree on that; null where there is none.</param>
    public static Consensus Of(IEnumerable<GivenLabel> history, Hierarchy? hierarchy = null)
    {
        var all = history.ToList();
        var people = Annotators.Of(all.Select(l => l.Entry));
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var disagreements = new List<Disagreement>();
        var (allVotes, truths) = (new List<GivenVote>(), new Dictionary<string, string>(StringComparer.Ordinal));
        var rules = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in all.GroupBy(l => l.Entry.Id, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var said = row.Select(l => (Given: l, Annotator: people.NameOf(l.Entry))).ToList();
            var (votes, truth, changed) = RowVotes.Of(said);
            votes = hierarchy is null ? votes : Narrowed(votes, hierarchy);
            var timed = said.All(s => s.Given.Entry.Time is not null);
            foreach (var change in changed)
            {
                var rule = timed ? LabelFiles.ByAnnotation : change.OrderedBy.Length > 0 ? change.OrderedBy : LabelFiles.ByOrder;
                rules[rule] = rules.GetValueOrDefault(rule) + 1;
            }
            (string Label, int Votes)[] counts = [.. votes.GroupBy(v => v.Label).Select(g => (g.Key, g.Count())).OrderByDescending(c => c.Item2).ThenBy(c => c.Key, StringComparer.Ordinal)];
            var label = truth ?? (counts is [] || (counts is [var first, var second, ..] && first.Votes == second.Votes) ? null : counts[0].Label);
            allVotes.AddRange(votes.Select(v => new GivenVote(row.Key, v.Annotator, v.Label)));
            if (truth is not null)
            {
                truths.Add(row.Key, truth);
            }
            if (counts.Length > 1)
            {
                disagreements.Add(new Disagreement(row.Key, counts, label));
            }
            if (label is not null)
            {
                labels.Add(row.Key, label);
            }
        }
        return new Consensus(labels, disagreements, rules.Values.Sum()) { Rules = rules, Votes = allVotes, Truths = truths };
    }

    private static IReadOnlyList<(string Annotator, string Label)> Narrowed(IReadOnlyList<(string Annotator, string Label)> votes, Hierarchy hierarchy) => [.. votes.Select(vote =>
    {
        string[] within = [.. votes.Select(v => v.Label).Where(l => hierarchy.LiesIn(l, vote.Label)).Distinct()];
        return (vote.Annotator, within.FirstOrDefault(narrow => within.All(other => other == narrow || hierarchy.LiesIn(narrow, other))) ?? vote.Label);
    })];
}

/// <summary>The one reading of labels that all commands share: ids as the pool has them, a name for each class, and what stands.</summary>
public static class StandingLabels
{
    /// <summary>What the labels come to.</summary>
    /// <param name="labels">In the order they were read.</param>
    /// <param name="names">Of their classes: a label that names none is left out, of an annotation that is known by name it takes back what it said before.</param>
    /// <param name="match">Of their ids, whose files at fault are left out; null where there is no pool to look at.</param>
    /// <param name="hierarchy">Super-classes that labels may name; null for none.</param>
    public static Consensus Of(IEnumerable<GivenLabel> labels, ClassNames names, IdMatch? match, Hierarchy? hierarchy = null)
    {
        var (given, answers) = (new List<GivenLabel>(), new List<GivenLabel>());
        foreach (var label in labels.Where(label => match?.Faults.ContainsKey(label.Source) != true))
        {
            var entry = label.Entry;
            var id = match?.RowOf(entry.Id) ?? LabelText.Id(entry.Id);
            if (entry.IsAnswer)
            {
                answers.Add(label with { Entry = entry with { Id = $"{id}{Between}{names.Of(entry.Question) ?? entry.Question}" } });
            }
            else if ((entry.IsWithdrawn ? "" : names.Of(entry.Label)) is var name && (name is not null || entry.Annotation.Length > 0))
            {
                given.Add(label with { Entry = entry with { Id = id, Label = name ?? "" } });
            }
        }
        var consensus = Consensus.Of(given, hierarchy);
        if (answers.Count == 0)
        {
            return consensus;
        }
        var answered = Consensus.Of(answers); // Each question about a row has votes of its own.
        return consensus with
        {
            Answers = [.. answered.Labels.Select(a => (At: Parted(a.Key), a.Value)).Select(a => new GivenAnswer(a.At.Id, a.At.Question, a.Value == LabelEntry.Yes)).OrderBy(a => a.Id, StringComparer.Ordinal).ThenBy(a => a.Question, StringComparer.Ordinal)],
            Undecided = [.. answered.Disagreements.Where(d => d.Label is null).Select(d => Parted(d.Id))],
            Changed = consensus.Changed + answered.Changed,
            Rules = consensus.Rules.Concat(answered.Rules).GroupBy(r => r.Key).OrderBy(r => r.Key, StringComparer.Ordinal).ToDictionary(r => r.Key, r => r.Sum(of => of.Value)),
        };
    }

    private const char Between = '\u0001'; // LabelText takes it out of names.

    private static (string Id, string Question) Parted(string key) => (key[..key.LastIndexOf(Between)], key[(key.LastIndexOf(Between) + 1)..]);

    /// <summary>A name for each class and super-class that labels name and questions are about.</summary>
    /// <param name="known">The classes there are.</param>
    public static ClassNames NamesOf(IEnumerable<string> known, IEnumerable<GivenLabel> labels, Hierarchy? hierarchy) =>
        ClassNames.Of(known.Concat(hierarchy?.AllNames ?? []), labels.Select(l => l.Entry.IsAnswer ? l.Entry.Question : l.Entry.Label));
}
