using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Selection;

/// <summary>Lets a strategy choose row by row and closes what its choices rule out.</summary>
internal static class Selector
{
    /// <summary>The query: first the strategy's rows, then those drawn for exploration from what is left.</summary>
    /// <param name="advance">Told how many rows were selected since the last call.</param>
    public static Query Select(Shortlist list, IStrategy strategy, QueryRules rules, Action<long> advance, CancellationToken stopping)
    {
        var open = new OpenRows(list);
        foreach (var (row, labelled, similarity) in rules.Duplicates?.OfLabelled(stopping) ?? [])
        {
            open.HoldBack(row, list.Labelled[labelled], similarity, isLabelled: true);
        }
        var draw = new ByKey([.. list.Rows.Select(r => RowKeys.Explore(r, list.Seed))]);
        var classes = new Dictionary<string, int>();
        var selected = new List<SelectedRow>();
        var (exploring, last) = (false, rules.Top);
        while (selected.Count < last)
        {
            stopping.ThrowIfCancellationRequested();
            exploring |= selected.Count >= rules.Top - rules.Explore;
            if ((exploring ? draw.Next(open.Reserve) : strategy.Next(open.Candidates)) is not { } choice)
            {
                if (exploring)
                {
                    break;
                }
                // Rows are still drawn where the strategy has none left, no more than were to be.
                (exploring, last) = (true, selected.Count + rules.Explore);
                continue;
            }
            var row = list.Rows[choice.Row];
            selected.Add(new SelectedRow(row, choice.Value, exploring));
            advance(1);
            open.Close(choice.Row);
            if ((classes[row.Predicted] = classes.GetValueOrDefault(row.Predicted) + 1) == rules.PerClassMax)
            {
                open.CloseClass(row.Predicted);
            }
            foreach (var (other, similarity) in rules.Duplicates?.Of(choice.Row) ?? [])
            {
                open.HoldBack(other, row, similarity, isLabelled: false);
            }
        }
        return new Query(selected, open.HeldBack);
    }
}

/// <summary>What a query may hold.</summary>
/// <param name="Top">Its rows; fewer where nothing is left open.</param>
/// <param name="Explore">How many of them are drawn.</param>
/// <param name="PerClassMax">The most rows of one predicted class; any number where null.</param>
/// <param name="Duplicates">Rows that double a labelled or a selected one are held back; null to allow them.</param>
internal sealed record QueryRules(int Top, int Explore = 0, int? PerClassMax = null, NearDuplicates? Duplicates = null);

/// <summary>What a selection comes to.</summary>
/// <param name="Selected">In the order of choice, each once.</param>
/// <param name="HeldBack">Ordered by id.</param>
internal sealed record Query(IReadOnlyList<SelectedRow> Selected, IReadOnlyList<HeldBackRow> HeldBack);

/// <summary>A row that could have been selected but for another that it doubles.</summary>
/// <param name="IsLabelled">Whether that one is labelled; else it is selected.</param>
internal sealed record HeldBackRow(Candidate Row, Candidate Doubled, double Similarity, bool IsLabelled);

/// <summary>A row of the query.</summary>
/// <param name="Value">What the strategy, or the draw, chose it for; NaN where nothing did.</param>
/// <param name="Explored">Whether it was drawn for exploration.</param>
internal sealed record SelectedRow(Candidate Row, double Value, bool Explored);
