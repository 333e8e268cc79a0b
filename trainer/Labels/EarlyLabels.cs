using ParquetPool.Exports;
using ParquetPool.Labels;

namespace ParquetPool.Trainer.Labels;

/// <summary>Rows that had a label before anybody was asked, or that an earlier round has accounted for: nobody needs to have asked for them now.</summary>
/// <remarks>
/// Before the first round a file of which no row was asked for is what a team began with. Later, what the newest round used without saying that
/// nobody asked for it was there then, or was asked for by a query that is not named any more.
/// </remarks>
/// <param name="Ids">Of rows.</param>
/// <param name="Files">What the team began with; told by the first round alone.</param>
internal sealed record EarlyLabels(IReadOnlySet<string> Ids, IReadOnlyList<string> Files)
{
    /// <param name="asked">Ids that were asked for.</param>
    /// <param name="history">In the order the labels were read.</param>
    /// <param name="folder">As the newest round left it.</param>
    /// <param name="match">Of the ids to rows of the pool.</param>
    public static EarlyLabels Of(IReadOnlySet<string> asked, IReadOnlyList<GivenLabel> history, LabelFolder folder, IdMatch match)
    {
        string RowOf(GivenLabel label) => match.RowOf(label.Entry.Id) ?? label.Entry.Id;
        if (folder.ReadLabels() is { Count: > 0 } used)
        {
            var remarked = folder.ReadUnasked();
            return new EarlyLabels(used.Keys.Where(id => !remarked.Contains(id)).ToHashSet(StringComparer.Ordinal), []);
        }
        var begun = history.Where(l => l.Part == history[0].Part).GroupBy(l => l.Source, StringComparer.Ordinal).Where(file => !file.Any(l => asked.Contains(RowOf(l)))).ToList();
        return new EarlyLabels(begun.SelectMany(file => file.Select(RowOf)).ToHashSet(StringComparer.Ordinal), [.. begun.Select(file => file.Key)]);
    }
}
