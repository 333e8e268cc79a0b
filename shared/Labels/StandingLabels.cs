using ParquetPool.Shards;

namespace ParquetPool.Labels;

/// <summary>The one reading of labels that all commands share: ids as the pool has them, a name for each class, and what stands.</summary>
public static class StandingLabels
{
    /// <summary>What the labels come to.</summary>
    /// <param name="labels">In the order they were read.</param>
    /// <param name="names">Of their classes: a label that names none is left out, of an annotation that is known by name it takes back what it said before.</param>
    /// <param name="match">Of their ids, whose files at fault are left out; null where there is no pool to look at.</param>
    public static Consensus Of(IEnumerable<GivenLabel> labels, ClassNames names, IdMatch? match) => Consensus.Of(
        from label in labels
        where match?.Faults.ContainsKey(label.Source) != true
        let entry = label.Entry
        let name = entry.IsWithdrawn ? "" : names.Of(entry.Label)
        where name is not null || entry.Annotation.Length > 0
        select label with { Entry = entry with { Id = match?.RowOf(entry.Id) ?? LabelText.Id(entry.Id), Label = name ?? "" } });
}
