using ParquetPool.Exports;

namespace ParquetPool.Labels;

/// <summary>What stands of all that was said of one row.</summary>
/// <param name="Votes">One an annotator.</param>
/// <param name="Truth">The label of the newest ground truth; null where there is none.</param>
/// <param name="Changed">Annotators whose label was another before, or is taken back.</param>
internal readonly record struct RowVotes(IReadOnlyList<(string Annotator, string Label)> Votes, string? Truth, IReadOnlyList<GivenLabel> Changed)
{
    /// <param name="said">Of one row, in the order of reading, with one name for each annotator.</param>
    public static RowVotes Of(IReadOnlyList<(GivenLabel Given, string Annotator)> said)
    {
        var ordered = said.All(s => s.Given.Entry.Time is not null) ? [.. said.OrderBy(s => s.Given.Entry.Time)] : said;
        var standing = new List<(GivenLabel Given, string Annotator)>();
        var changed = new Dictionary<string, GivenLabel>(StringComparer.Ordinal);
        foreach (var (given, annotator) in ordered)
        {
            var replaced = standing.RemoveAll(s => Replaces(given, annotator, s.Given, s.Annotator)) > 0;
            if (replaced || given.Entry.IsWithdrawn)
            {
                changed[annotator] = given;
            }
            if (!given.Entry.IsWithdrawn)
            {
                standing.Add((given, annotator));
            }
        }
        var votes = new List<(string Annotator, string Label)>();
        foreach (var annotator in standing.GroupBy(s => s.Annotator))
        {
            var last = annotator.Last().Given;
            // Where one file has several for a row without saying whose or when, nobody can say which came later.
            var labels = annotator.Key.Length > 0 || last.Entry.Time is not null ? [last.Entry.Label]
                : annotator.Where(s => s.Given.Part == last.Part && s.Given.Source == last.Source).Select(s => s.Given.Entry.Label).Distinct();
            votes.AddRange(labels.Select(label => (annotator.Key, label)));
        }
        var truth = standing.LastOrDefault(s => s.Given.Entry.IsGroundTruth).Given;
        return new RowVotes(votes, truth?.Entry.Label, [.. changed.Where(c => said.Any(s => s.Annotator == c.Key && !s.Given.Entry.IsWithdrawn && s.Given.Entry.Label != c.Value.Entry.Label)).Select(c => c.Value)]);
    }

    /// <summary>Whether what is said now takes the place of what was said before.</summary>
    private static bool Replaces(GivenLabel now, string annotator, GivenLabel before, string who)
    {
        var (name, earlier) = (now.Entry.Annotation, before.Entry.Annotation);
        if (name.Length > 0 && earlier.Length > 0 && (name == earlier || now.Entry.IsWithdrawn))
        {
            return name == earlier; // The same annotation, changed or withdrawn; withdrawn it leaves others as they are.
        }
        if (before.Entry.IsGroundTruth && !now.Entry.IsGroundTruth && !now.Entry.IsWithdrawn)
        {
            return false;
        }
        var nobody = annotator.Length == 0;
        return now.Entry.IsWithdrawn ? nobody || annotator == who
            : annotator == who && (!nobody || (now.Entry.Time is not null && before.Entry.Time is not null) || now.Part != before.Part || now.Source != before.Source);
    }
}
