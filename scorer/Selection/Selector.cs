using ParquetPool.Scorer.Strategies;

namespace ParquetPool.Scorer.Selection;

/// <summary>Lets a strategy choose row by row and closes what its choices rule out.</summary>
internal static class Selector
{
    /// <summary>The query: first the strategy's rows, then those drawn for exploration from what is left.</summary>
    /// <param name="explore">How many of <paramref name="top"/> rows are drawn.</param>
    /// <param name="perClassMax">The most rows of one predicted class.</param>
    /// <param name="duplicates">Rows that double a labelled or a selected one are held back; null to allow them.</param>
    /// <param name="advance">Told how many rows were selected since the last call.</param>
    /// <returns>The rows in the order of choice, each once; fewer than <paramref name="top"/> where nothing is left open.</returns>
    public static Query Select(
        Shortlist list, IStrategy strategy, int top, int explore, int? perClassMax, NearDuplicates? duplicates, Action<long> advance, CancellationToken stopping)
    {
        var candidates = list.IsCandidate.ToArray();
        var reserve = list.IsReserve.ToArray();
        var draw = new ByKey([.. list.Rows.Select(r => RowKeys.Explore(r, list.Seed))]);
        var classes = new Dictionary<string, int>();
        var selected = new List<SelectedRow>();
        var held = new List<HeldBackRow>();
        foreach (var (row, labelled, similarity) in duplicates?.OfLabelled(stopping) ?? [])
        {
            HoldBack(row, list.Labelled[labelled], similarity, isLabelled: true);
        }
        var (exploring, last) = (false, top);
        while (selected.Count < last)
        {
            stopping.ThrowIfCancellationRequested();
            exploring |= selected.Count >= top - explore;
            if ((exploring ? draw.Next(reserve) : strategy.Next(candidates)) is not { } choice)
            {
                if (exploring)
                {
                    break;
                }
                // Rows are still drawn where the strategy has none left, no more than were to be.
                (exploring, last) = (true, selected.Count + explore);
                continue;
            }
            var row = list.Rows[choice.Row];
            selected.Add(new SelectedRow(row, choice.Value, exploring));
            advance(1);
            Close(choice.Row);
            var count = classes[row.Predicted] = classes.GetValueOrDefault(row.Predicted) + 1;
            if (count == perClassMax)
            {
                CloseClass(row.Predicted);
            }
            foreach (var (other, similarity) in duplicates?.Of(choice.Row) ?? [])
            {
                HoldBack(other, row, similarity, isLabelled: false);
            }
        }
        return new Query(selected, [.. held.OrderBy(h => h.Row.Id, StringComparer.Ordinal)]);

        void HoldBack(int row, Candidate doubled, double similarity, bool isLabelled)
        {
            if (candidates[row] || reserve[row])
            {
                held.Add(new HeldBackRow(list.Rows[row], doubled, similarity, isLabelled));
                Close(row);
            }
        }

        void Close(int row) => candidates[row] = reserve[row] = false;

        void CloseClass(string predicted)
        {
            for (var i = 0; i < list.Rows.Count; i++)
            {
                if (list.Rows[i].Predicted == predicted)
                {
                    Close(i);
                }
            }
        }
    }
}

/// <summary>What a selection comes to.</summary>
/// <param name="Selected">In the order of choice.</param>
/// <param name="HeldBack">Ordered by id.</param>
internal sealed record Query(IReadOnlyList<SelectedRow> Selected, IReadOnlyList<HeldBackRow> HeldBack);

/// <summary>A row that could have been selected but for another that it doubles.</summary>
/// <param name="IsLabelled">Whether that one is labelled; else it is selected.</param>
internal sealed record HeldBackRow(Candidate Row, Candidate Doubled, double Similarity, bool IsLabelled);

/// <summary>A row of the query.</summary>
/// <param name="Value">What the strategy, or the draw, chose it for; NaN where nothing did.</param>
/// <param name="Explored">Whether it was drawn for exploration.</param>
internal sealed record SelectedRow(Candidate Row, double Value, bool Explored);
