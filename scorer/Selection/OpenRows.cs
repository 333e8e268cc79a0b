namespace ParquetPool.Scorer.Selection;

/// <summary>The rows of a short list that may still be chosen, and those that are held back.</summary>
internal sealed class OpenRows(Shortlist list)
{
    private readonly List<HeldBackRow> held = [];

    /// <summary>[row]: open to the strategy.</summary>
    public bool[] Candidates { get; } = [.. list.IsCandidate];

    /// <summary>[row]: open to exploration.</summary>
    public bool[] Reserve { get; } = [.. list.IsReserve];

    /// <summary>Ordered by id.</summary>
    public IReadOnlyList<HeldBackRow> HeldBack => [.. held.OrderBy(h => h.Row.Id, StringComparer.Ordinal)];

    /// <summary>Closes a row.</summary>
    public void Close(int row) => Candidates[row] = Reserve[row] = false;

    /// <summary>Closes all rows that are predicted as a class.</summary>
    public void CloseClass(string predicted)
    {
        for (var row = 0; row < list.Rows.Count; row++)
        {
            if (list.Rows[row].Predicted == predicted)
            {
                Close(row);
            }
        }
    }

    /// <summary>Closes a row, if it is open, because it doubles another.</summary>
    /// <param name="isLabelled">Whether that one is labelled; else it is selected.</param>
    public void HoldBack(int row, Candidate doubled, double similarity, bool isLabelled)
    {
        if (Candidates[row] || Reserve[row])
        {
            held.Add(new HeldBackRow(list.Rows[row], doubled, similarity, isLabelled));
            Close(row);
        }
    }
}
