using ParquetPool.Errors;
using ParquetPool.Texts;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Two rows that belong together, and one that does not belong to the first; null where none is named.</summary>
internal sealed record RelatedPair(string Anchor, string Positive, string? Negative);

/// <summary>Files of pairs: CSV or Parquet with the columns <c>anchor</c>, <c>positive</c> and, if there is one, <c>negative</c>, each the id of a row.</summary>
internal static class PairFile
{
    private const string AnchorColumn = "anchor";
    private const string PositiveColumn = "positive";
    private const string NegativeColumn = "negative";

    /// <summary>Reads them; what stands twice counts once. By id: the order in the files decides nothing.</summary>
    /// <exception cref="DataException">A file cannot be read or lacks a column, an id is missing, a row is its own pair, or two rows belong together and do not.</exception>
    public static IReadOnlyList<RelatedPair> Read(IReadOnlyList<string> paths)
    {
        var (pairs, wrong) = (new List<RelatedPair>(), new RowExamples());
        foreach (var path in paths)
        {
            var hasNegative = TextTable.Columns(path).Contains(NegativeColumn);
            foreach (var (number, row) in TextTable.Read(path, hasNegative ? [AnchorColumn, PositiveColumn, NegativeColumn] : [AnchorColumn, PositiveColumn]).Index())
            {
                var negative = hasNegative ? row[2] : null;
                if (row is [{ } anchor, { } positive, ..] && anchor != positive && anchor != negative && positive != negative)
                {
                    pairs.Add(new RelatedPair(anchor, positive, negative));
                }
                else
                {
                    wrong.Add($"{path} row {number + 1} ({row[0] ?? "none"}, {row[1] ?? "none"}{(negative is null ? "" : $", {negative}")})");
                }
            }
        }
        wrong.ThrowIfAny("pairs lack an id or name a row twice", "give each an anchor, another row that belongs to it and, if known, a third that does not");
        if (pairs.Count == 0)
        {
            throw new DataException($"{string.Join(", ", paths)}: no pair, expected rows of {AnchorColumn}, {PositiveColumn} and, if known, {NegativeColumn}");
        }
        var together = pairs.SelectMany(p => ((string, string)[])[(p.Anchor, p.Positive), (p.Positive, p.Anchor)]).ToHashSet();
        foreach (var pair in pairs.Where(p => p.Negative is not null && together.Contains((p.Anchor, p.Negative))))
        {
            wrong.Add($"'{pair.Anchor}' and '{pair.Negative}'");
        }
        wrong.ThrowIfAny("pairs of rows are said to belong together and not to", "take one of each out");
        return [.. pairs.Distinct().OrderBy(p => p.Anchor, StringComparer.Ordinal).ThenBy(p => p.Positive, StringComparer.Ordinal).ThenBy(p => p.Negative, StringComparer.Ordinal)];
    }
}
