using ParquetPool.Labels;

namespace ParquetPool.Trainer.Labels;

/// <summary>Rows that had a label before anybody was asked, or that an earlier round has accounted for: nobody needs to have asked for them now.</summary>
/// <remarks>
/// A file of the first reading of which no row was asked for is what a team began with. What the newest round used without saying that nobody
/// asked for it was there then, or was asked for by a query that is not named any more.
/// </remarks>
/// <param name="Ids">Of rows.</param>
/// <param name="Files">Those of the first reading of which no row was asked for.</param>
internal sealed record EarlyLabels(IReadOnlySet<string> Ids, IReadOnlyList<string> Files)
{
    /// <param name="asked">Ids that were asked for.</param>
    /// <param name="history">In the order the labels were read.</param>
    /// <param name="folder">As the newest round left it.</param>
    /// <param name="match">Of the ids to rows of the pool.</param>
    public static EarlyLabels Of(IReadOnlySet<string> asked, IReadOnlyList<GivenLabel> history, LabelFolder folder, IdMatch match)
    {
        string RowOf(GivenLabel label) => match.RowOf(label.Entry.Id) ?? label.Entry.Id;
        var begun = history.Where(l => l.Part == history[0].Part).GroupBy(l => l.Source, StringComparer.Ordinal).Where(file => !file.Any(l => asked.Contains(RowOf(l)))).ToList();
        var remarked = folder.ReadUnasked();
        return new EarlyLabels(
            begun.SelectMany(file => file.Select(RowOf)).Concat(folder.ReadLabels().Keys.Where(id => !remarked.Contains(id))).ToHashSet(StringComparer.Ordinal),
            [.. begun.Select(file => file.Key)]);
    }
}
