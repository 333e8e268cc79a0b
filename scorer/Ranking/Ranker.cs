using ParquetPool.Columns;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Ranking;

/// <summary>Orders scored rows for labelling: by the score, ties by id.</summary>
public static class Ranker
{
    /// <summary>Sorts the rows of <paramref name="scoreFiles"/> into a Parquet file and the same as CSV.</summary>
    /// <param name="seed">For the ranking by <see cref="ScoreColumn.Random"/>, which no file holds.</param>
    /// <param name="columns">The score columns that the files hold.</param>
    /// <param name="top">At most this many rows; null for all.</param>
    /// <param name="excluded">Ids that are not ranked.</param>
    /// <param name="idsRepeat">Whether some ids stand more than once; only the first of each is ranked.</param>
    /// <param name="provenance">What the Parquet file's footer says of its origin.</param>
    /// <returns>The rows written.</returns>
    public static long Write(
        IReadOnlyList<string> scoreFiles,
        ScoreColumn by,
        ulong seed,
        IReadOnlyList<ScoreColumn> columns,
        int? top,
        IReadOnlySet<string> excluded,
        bool idsRepeat,
        string parquetPath,
        string csvPath,
        Provenance? provenance = null) =>
        SortedRows.Write(
            scoreFiles,
            new SortSpec(
                [new SortKey(by.Name, Descending: by.HighFirst), new SortKey("id")],
                top,
                excluded.Count > 0 ? excluded : null,
                Columns:
                [
                    ("id", "id"), ("shard", "shard"), ("row", "row"), (by.Name, "score"), ("predicted", "predicted"), ("confidence", "confidence"),
                    .. columns.Select(c => (c.Name, c.Name)),
                ],
                FirstOfEachId: idsRepeat,
                Draws: by == ScoreColumn.Random ? new SeededDraws(by.Name, seed) : null),
            parquetPath,
            csvPath,
            provenance);
}
