namespace ParquetPool.Trainer.Labels;

/// <summary>A row on which annotators disagree.</summary>
/// <param name="Votes">Label and annotators, most votes first.</param>
/// <param name="Label">The majority's; null where there is none.</param>
public sealed record Disagreement(string Id, IReadOnlyList<(string Label, int Votes)> Votes, string? Label);

/// <summary>What all labels of a history come to, row by row.</summary>
/// <remarks>
/// Each annotator has one vote a row: the label given last. Labels without an annotator are those of one more annotator; where one file has several
/// for a row, each is a vote, for nobody can say which came later. The label with most votes stands; with equal votes none does.
/// </remarks>
/// <param name="Labels">By id.</param>
/// <param name="Disagreements">Ordered by id.</param>
/// <param name="Changed">Votes that were another label before.</param>
public sealed record Consensus(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<Disagreement> Disagreements, int Changed)
{
    /// <param name="history">In the order the labels were read.</param>
    public static Consensus Of(IEnumerable<GivenLabel> history)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var disagreements = new List<Disagreement>();
        var changed = 0;
        foreach (var row in history.GroupBy(l => l.Entry.Id).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var votes = new List<string>();
            foreach (var annotator in row.GroupBy(l => l.Entry.Annotator))
            {
                string[] standing = annotator.Key.Length > 0
                    ? [annotator.Last().Entry.Label]
                    : [.. annotator.Where(l => l.Part == annotator.Last().Part).Select(l => l.Entry.Label).Distinct()];
                votes.AddRange(standing);
                changed += annotator.Any(l => !standing.Contains(l.Entry.Label)) ? 1 : 0;
            }
            (string Label, int Votes)[] counts = [.. votes.GroupBy(v => v).Select(g => (g.Key, g.Count())).OrderByDescending(c => c.Item2).ThenBy(c => c.Key, StringComparer.Ordinal)];
            var label = counts is [var first, var second, ..] && first.Votes == second.Votes ? null : counts[0].Label;
            if (counts.Length > 1)
            {
                disagreements.Add(new Disagreement(row.Key, counts, label));
            }
            if (label is not null)
            {
                labels.Add(row.Key, label);
            }
        }
        return new Consensus(labels, disagreements, changed);
    }
}
