namespace ParquetPool.Trainer.Studies;

/// <summary>A side of the grid: what is varied while all else stays alike.</summary>
/// <param name="Name">Before a value of it.</param>
/// <param name="Values">In the order asked for, the one that others are compared with first.</param>
/// <param name="Of">The value of a place.</param>
/// <param name="With">The place that differs in this alone.</param>
internal sealed record Factor(string Name, IReadOnlyList<string> Values, Func<CellPlace, string> Of, Func<CellPlace, string, CellPlace> With)
{
    /// <summary>What the others are compared with.</summary>
    public string Base => Values[0];

    /// <summary>Those that are compared with it.</summary>
    public IEnumerable<string> Others => Values.Skip(1);
}
