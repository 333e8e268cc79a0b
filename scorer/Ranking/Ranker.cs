using ParquetPool.Columns;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Ranking;

/// <summary>Orders scored rows for labelling: by the score, ties by id.</summary>
internal static class Ranker
{
    /// <summary>Sorts the rows of <paramref name="scoreFiles"/> into a Parquet file and the same as CSV.</summary>
    /// <param name="idsRepeat">Whether some ids stand more than once; only the first of each is ranked.</param>
    /// <param name="provenance">What the Parquet file's footer says of its origin.</param>
    /// <returns>The rows written.</returns>
    public static long Write(IReadOnlyList<string> scoreFiles, RankOrder order, bool idsRepeat, string parquetPath, string csvPath, Provenance? provenance = null) =>
        SortedRows.Write(
            scoreFiles,
            new SortSpec(
                [new SortKey(order.By.Name, Descending: order.By.HighFirst), new SortKey("id")],
                order.Top,
                order.Excluded.Count > 0 ? order.Excluded : null,
                Columns:
                [
                    ("id", "id"), ("shard", "shard"), ("row", "row"), (order.By.Name, "score"), ("predicted", "predicted"), ("confidence", "confidence"),
                    .. order.Columns.Select(c => (c.Name, c.Name)),
                ],
                FirstOfEachId: idsRepeat,
                Draws: order.By == ScoreColumn.Random ? new SeededDraws(order.By.Name, order.Seed) : null),
            parquetPath,
            csvPath,
            provenance);
}

/// <summary>Which scored rows are ranked, and by what.</summary>
/// <param name="Seed">For the ranking by <see cref="ScoreColumn.Random"/>, which no file holds.</param>
/// <param name="Columns">The score columns that the score files hold.</param>
/// <param name="Top">At most this many rows; null for all.</param>
/// <param name="Excluded">Ids that are not ranked.</param>
internal sealed record RankOrder(ScoreColumn By, ulong Seed, IReadOnlyList<ScoreColumn> Columns, int? Top, IReadOnlySet<string> Excluded);
