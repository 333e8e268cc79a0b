using ParquetPool.Commands;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>Reads columns of a CSV or Parquet file as text.</summary>
/// <remarks>A Parquet file that we wrote is compared with its <see cref="FileSeal"/> first. CSV has a header and is separated by comma, semicolon or tab, whichever its header has most of; an empty cell is null.</remarks>
public static class TextTable
{
    private static readonly string[] Delimiters = [",", ";", "\t"];

    /// <summary>The values of the named columns, row by row, streamed.</summary>
    /// <exception cref="DataException">The file is missing, empty or malformed, or a column is missing or of a type that is not text, integer or boolean.</exception>
    public static IEnumerable<string?[]> Read(string path, params IReadOnlyList<string> columns) =>
        Read(path, null, columns, found => found.IsLabel, "text, integers or booleans");

    /// <summary>As <see cref="Read(string, IReadOnlyList{string})"/>, and a column may hold doubles too: each with as many digits as bring back the same double.</summary>
    /// <exception cref="DataException">The file is missing, empty or malformed, or a column is missing or of another type.</exception>
    public static IEnumerable<string?[]> ReadWithNumbers(string path, params IReadOnlyList<string> columns) =>
        Read(path, null, columns, found => found.IsLabel || found.Type == "DOUBLE", "text, integers, booleans or doubles");

    /// <summary>The same of Parquet files that all have the columns, one file after another: many small ones at once.</summary>
    /// <exception cref="DataException">A file is missing or malformed, or a column is missing or of another type.</exception>
    public static IEnumerable<string?[]> ReadWithNumbers(IReadOnlyList<string> parquetFiles, params IReadOnlyList<string> columns)
    {
        using var local = StoredFiles.OpenAll(parquetFiles);
        foreach (var (file, path) in local.Paths.Zip(parquetFiles))
        {
            FileSeal.Verify(file, path);
        }

        var rows = parquetFiles.Count == 0 ? [] : Read(parquetFiles[0], Sql.ReadParquet(local.Paths), columns, found => found.IsLabel || found.Type == "DOUBLE", "text, integers, booleans or doubles");
        foreach (var row in rows)
        {
            yield return row;
        }
    }

    /// <summary>The names of the columns.</summary>
    /// <exception cref="DataException">The file is missing, empty or malformed.</exception>
    public static IReadOnlyList<string> Columns(string path)
    {
        using var duckDb = new DuckDb();
        using var file = StoredFiles.Open(path);
        var table = Table(file.Path, path);
        return [.. Guard(path, () => ShardSchema.Describe(duckDb, path, table)).Columns.Select(column => column.Name)];
    }

    private static IEnumerable<string?[]> Read(string path, string? tables, IReadOnlyList<string> columns, Func<ColumnType, bool> isRight, string expected)
    {
        using var duckDb = new DuckDb();
        using var file = StoredFiles.Open(path);
        var table = tables ?? Table(file.Path, path);
        if (tables is null)
        {
            FileSeal.Verify(file.Path, path);
        }

        var schema = Guard(path, () => ShardSchema.Describe(duckDb, path, table));
        var expressions = columns.Select(column => schema.Require(column, isRight, expected).TextExpression);
        using var rows = duckDb.Rows($"SELECT {string.Join(", ", expressions)} FROM {table}").GetEnumerator();
        while (Guard(path, rows.MoveNext))
        {
            yield return rows.Current;
        }
    }

    /// <param name="path">For the message.</param>
    private static string Table(string file, string path) => IsParquet(file) ? Sql.ReadParquet(file) : ReadCsv(file, path);

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DuckDbException refused)
        {
            throw new DataException($"{path}: not a readable CSV or Parquet file ({refused.Reason.TrimEnd('.')}): save it as CSV in UTF-8, each row with as many cells as the header, or as Parquet", refused);
        }
    }

    private static bool IsParquet(string path)
    {
        Span<byte> start = stackalloc byte[4];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("PAR1"u8);
    }

    // Everything is spelled out, for DuckDB would otherwise guess from the content: an id with '#' is no comment.
    private static string ReadCsv(string file, string path) =>
        $"read_csv({Sql.Text(Sql.Literal(file))}, header = true, all_varchar = true, skip = 0, comment = '', nullstr = '', "
        + $"quote = '\"', escape = '\"', delim = {Sql.Text(Delimiter(file, path))}, hive_partitioning = false)";

    private static string Delimiter(string file, string path)
    {
        var header = File.ReadLines(file).FirstOrDefault();
        return string.IsNullOrWhiteSpace(header)
            ? throw new DataException($"{path}: empty: expected a header line and rows")
            : Delimiters.MaxBy(delimiter => header.Split(delimiter).Length)!;
    }
}
