using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Shards;

/// <summary>Sorts the rows of many Parquet files into one, with a leading 1-based <c>rank</c>.</summary>
public static class SortedRows
{
    /// <summary>Writes the sorted rows as Parquet and, where a path is given, the same rows as CSV with a header.</summary>
    /// <remarks>
    /// Memory is bounded: what does not fit is spilled to a folder beside the output. The same rows give the same bytes. Each file
    /// appears whole, by one rename.
    /// </remarks>
    /// <param name="parquetFiles">Files of one schema.</param>
    /// <param name="provenance">What the Parquet file's footer says of its origin.</param>
    /// <returns>The rows written.</returns>
    /// <exception cref="DataException">No files, or one is missing, corrupt or without a column that is sorted by.</exception>
    /// <exception cref="IOException">An output cannot be written, or there is no room to sort.</exception>
    public static long Write(IReadOnlyList<string> parquetFiles, SortSpec spec, string parquetPath, string? csvPath = null, Provenance? provenance = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(spec.Keys.Count);
        string[] outputs = [parquetPath, .. csvPath is null ? Array.Empty<string>() : [csvPath]];
        try
        {
            return EngineGuard.Run(parquetPath, Sort, refused => new DataException($"{parquetFiles[0]} and {parquetFiles.Count - 1} more cannot be sorted ({refused.Reason}): write them again", refused));
        }
        finally
        {
            Array.ForEach(outputs, WholeFile.Discard);
        }

        long Sort()
        {
            Array.ForEach(outputs, WholeFile.Create);
            using var files = StoredFiles.OpenAll(parquetFiles);
            using var spill = new SpillFolder(parquetPath);
            using var duckDb = new DuckDb(spill.Path);
            Check(duckDb, parquetFiles, spec);
            var sorted = WholeFile.TemporaryName(parquetPath);
            var rows = QueryFile.Write(duckDb, Select(duckDb, files.Paths, spec), parquetPath, provenance);
            if (csvPath is not null)
            {
                var csv = Sql.Text(WholeFile.TemporaryName(csvPath));
                duckDb.Execute($"COPY (SELECT {CsvColumns(duckDb, sorted)} FROM {Sql.ReadParquet(sorted)}) TO {csv} (FORMAT csv, HEADER true, USE_TMP_FILE false)");
            }

            Array.ForEach(outputs, WholeFile.Publish);
            return rows;
        }
    }

    /// <summary>Those of the ids that a row of the files has in its column <c>id</c>.</summary>
    /// <exception cref="DataException">A file is missing or corrupt.</exception>
    public static IReadOnlySet<string> Found(IReadOnlyList<string> parquetFiles, IReadOnlySet<string> ids)
    {
        using var files = StoredFiles.OpenAll(parquetFiles);
        using var duckDb = new DuckDb();
        try
        {
            duckDb.Register("wanted_ids", new TextFeed("id", ids));
            return duckDb.Rows($"SELECT DISTINCT CAST(found.id AS VARCHAR) FROM {Sql.ReadParquet(files.Paths)} AS found SEMI JOIN (SELECT * FROM wanted_ids()) AS wanted ON CAST(found.id AS VARCHAR) = wanted.id").Select(row => row[0]!).ToHashSet(StringComparer.Ordinal);
        }
        catch (DuckDbException refused)
        {
            throw ShardSchema.Unreadable(parquetFiles[0], refused);
        }
    }

    private static string CsvColumns(DuckDb duckDb, string sorted) => string.Join(
        ", ", ShardSchema.Read(duckDb, sorted).Columns.Select(column => column.Type == "VARCHAR" ? CellText.ProtectExpression(column.Name) : Sql.Name(column.Name)));

    private static void Check(DuckDb duckDb, IReadOnlyList<string> files, SortSpec spec)
    {
        if (files.Count == 0)
        {
            throw new DataException("no files to sort: name at least one");
        }

        foreach (var schema in files.Select(file => ShardSchema.Read(duckDb, file)))
        {
            foreach (var key in spec.Keys.Where(key => key.Column != spec.Draws?.Column))
            {
                schema.Require(key.Column, _ => true, "");
            }

            if (spec.ExcludeIds is not null || spec.Draws is not null)
            {
                schema.Require(spec.IdColumn, column => column.IsText, "text or integers");
            }
        }
    }

    private static string Select(DuckDb duckDb, IReadOnlyList<string> files, SortSpec spec)
    {
        var rows = $"{Sql.ReadParquet(files)} AS found";
        if (spec.ExcludeIds is not null)
        {
            duckDb.Register("excluded_ids", new TextFeed("id", spec.ExcludeIds));
            duckDb.Execute("CREATE TEMP TABLE excluded AS SELECT * FROM excluded_ids()");
            rows += $" ANTI JOIN excluded ON CAST(found.{Sql.Name(spec.IdColumn)} AS VARCHAR) = excluded.id";
        }

        var order = string.Join(", ", spec.Keys.Select(key => $"{Sql.Name(key.Column)} {(key.Descending ? "DESC" : "ASC")} NULLS LAST"));
        var limit = spec.Limit is { } most ? FormattableString.Invariant($" LIMIT {most}") : "";
        var columns = spec.Columns is null ? "*" : string.Join(", ", spec.Columns.Select(c => $"{Sql.Name(c.Column)} AS {Sql.Name(c.As)}"));
        var once = spec.FirstOfEachId ? $" QUALIFY row_number() OVER (PARTITION BY {Sql.Name(spec.IdColumn)} ORDER BY shard, row) = 1" : "";
        var draws = spec.Draws is { } drawn ? $", {drawn.Expression(spec.IdColumn)} AS {Sql.Name(drawn.Column)}" : "";
        return $"SELECT row_number() OVER () AS rank, {columns} FROM (SELECT *{draws} FROM {rows}{once} ORDER BY {order}{limit})";
    }
}
