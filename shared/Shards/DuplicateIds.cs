using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>Finds ids that stand more than once.</summary>
public static class DuplicateIds
{
    /// <summary>Every occurrence of an id after its first, ordered by shard and row; NULL ids are left out.</summary>
    /// <remarks>Streamed; memory is bounded by spilling to a folder beside the given path, which is gone when the enumeration ends.</remarks>
    /// <param name="parquetFiles">Files with the columns <c>id</c>, <c>shard</c> (text) and <c>row</c> (integer).</param>
    /// <param name="spillBeside">A path whose folder has room, such as the output that the finding goes to.</param>
    /// <exception cref="DataException">A file is missing, corrupt or without one of the columns.</exception>
    /// <exception cref="IOException">There is no room to spill.</exception>
    public static IEnumerable<DuplicateId> Find(IReadOnlyList<string> parquetFiles, string spillBeside) => Find(parquetFiles, spillBeside, Sql.ReadParquet, ["shard", "row"]);

    /// <summary>The same among shards themselves: a row's shard is the name of its file, and its row its place there.</summary>
    /// <param name="shards">Files with the column <c>id</c>, of different names.</param>
    /// <param name="spillBeside">As of <see cref="Find(IReadOnlyList{string}, string)"/>.</param>
    /// <exception cref="DataException">A file is missing, corrupt or without the column.</exception>
    /// <exception cref="IOException">There is no room to spill.</exception>
    public static IEnumerable<DuplicateId> FindAmong(IReadOnlyList<string> shards, string spillBeside) => Find(shards, spillBeside, Sql.ReadIds, []);

    private static IEnumerable<DuplicateId> Find(IReadOnlyList<string> parquetFiles, string spillBeside, Func<IEnumerable<string>, string> read, IReadOnlyList<string> places)
    {
        if (parquetFiles.Count == 0)
        {
            yield break;
        }

        using var spill = new SpillFolder(spillBeside);
        using var duckDb = new DuckDb(spill.Path);
        foreach (var schema in parquetFiles.Select(file => ShardSchema.Read(duckDb, file)))
        {
            schema.Require("id", column => column.IsText, "text or integers");
            foreach (var place in places)
            {
                schema.Require(place, column => column.IsText, "text or integers");
            }
        }

        using var files = StoredFiles.OpenAll(parquetFiles);
        var table = read(files.Paths);
        if (!Guard(spillBeside, () => Share(duckDb, table)))
        {
            yield break;
        }
        using var rows = duckDb.Rows(Select(table)).GetEnumerator();
        while (Guard(spillBeside, rows.MoveNext))
        {
            yield return rows.Current is [{ } id, { } shard, { } row, { } firstShard, { } firstRow]
                ? new(id, shard, Number(row), firstShard, Number(firstRow))
                : throw new DataException($"{parquetFiles[0]}: shard or row is NULL: write the file again");
        }
    }

    /// <summary>Finds the ids that stand more than once, alone: of a large pool only the few rows that share one reach the window.</summary>
    /// <returns>Whether there are any.</returns>
    private static bool Share(DuckDb duckDb, string rows)
    {
        duckDb.Execute($"CREATE TEMP TABLE shared AS SELECT id FROM {rows} WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1");
        return duckDb.Integer("SELECT 1 FROM shared LIMIT 1") is not null;
    }

    private static string Select(string rows) =>
        $"""
        SELECT CAST(id AS VARCHAR), shard, CAST(row AS VARCHAR), first_value(shard) OVER occurrences, CAST(first_value(row) OVER occurrences AS VARCHAR)
        FROM {rows} WHERE id IN (SELECT id FROM shared)
        WINDOW occurrences AS (PARTITION BY id ORDER BY shard, row)
        QUALIFY row_number() OVER occurrences > 1
        ORDER BY shard, row
        """;

    private static bool Guard(string spillBeside, Func<bool> work) =>
        EngineGuard.Run(spillBeside, work, refused => new DataException($"ids cannot be compared ({refused.Reason}): write the files again", refused));

    private static long Number(string text) => long.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A row whose id stands earlier, by shard and row, in the pool.</summary>
public sealed record DuplicateId(string Id, string Shard, long Row, string FirstShard, long FirstRow);
