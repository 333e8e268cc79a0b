using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Texts;

/// <summary>Reads columns of a CSV, which may be gzipped, or Parquet file as text.</summary>
/// <remarks>A Parquet file that we wrote is compared with its <see cref="FileSeal"/> first, one that has none with what <see cref="WrittenFiles"/> tells of it. CSV is read as <see cref="CsvRows"/> says; an empty cell is null, and one that <see cref="CellText"/> protects is what it stands for.</remarks>
public static class TextTable
{
    /// <summary>The values of the named columns, row by row, streamed.</summary>
    /// <exception cref="DataException">The file is missing, empty or malformed, or a column is missing or of a type that is not text, integer or boolean.</exception>
    public static IEnumerable<string?[]> Read(string path, params IReadOnlyList<string> columns) =>
        Read(path, columns, found => found.IsLabel, "text, integers or booleans");

    /// <summary>As <see cref="Read(string, IReadOnlyList{string})"/>, and a column may hold doubles too: each with as many digits as bring back the same double.</summary>
    /// <exception cref="DataException">The file is missing, empty or malformed, or a column is missing or of another type.</exception>
    public static IEnumerable<string?[]> ReadWithNumbers(string path, params IReadOnlyList<string> columns) =>
        Read(path, columns, found => found.IsLabel || found.Type == "DOUBLE", "text, integers, booleans or doubles");

    /// <summary>As <see cref="Read(string, IReadOnlyList{string})"/>, and a column may hold any numbers, dates or times.</summary>
    /// <exception cref="DataException">The file is missing, empty or malformed, or a column is missing or of another type.</exception>
    public static IEnumerable<string?[]> ReadLabels(string path, params IReadOnlyList<string> columns) =>
        Read(path, columns, found => found.IsLabelLike, "text, numbers or booleans");

    /// <summary>Rows of Parquet files, one file after another: many small ones at once. What no file has of the columns is null; types are not looked at.</summary>
    /// <exception cref="DataException">A file is missing or malformed.</exception>
    public static IEnumerable<string?[]> ReadTogether(IReadOnlyList<string> parquetFiles, params IReadOnlyList<string> columns)
    {
        if (parquetFiles.Count == 0)
        {
            yield break;
        }
        using var duckDb = DuckDb.Lent();
        using var local = StoredFiles.OpenAll(parquetFiles);
        foreach (var (file, path) in local.Paths.Zip(parquetFiles))
        {
            Verify(file, path);
        }
        var table = Sql.ReadParquet(local.Paths).Replace("hive_partitioning", "union_by_name = true, hive_partitioning", StringComparison.Ordinal);
        var present = Guard(parquetFiles[0], () => ShardSchema.Describe(duckDb, parquetFiles[0], table)).Columns.ToDictionary(c => c.Name, c => c.TextExpression);
        var expressions = columns.Select(column => present.GetValueOrDefault(column, "NULL::VARCHAR"));
        using var rows = duckDb.Rows($"SELECT {string.Join(", ", expressions)} FROM {table}").GetEnumerator();
        while (Guard(parquetFiles[0], rows.MoveNext))
        {
            yield return rows.Current;
        }
    }

    /// <summary>The names of the columns.</summary>
    /// <param name="ofLabels">Whether those alone that <see cref="ReadLabels"/> reads.</param>
    /// <exception cref="DataException">The file is missing, empty or malformed.</exception>
    public static IReadOnlyList<string> Columns(string path, bool ofLabels = false)
    {
        using var file = UnpackedFile.Open(path);
        if (!IsParquet(file.Path))
        {
            using var csv = new CsvRows(file.Path, path);
            return csv.Header;
        }
        using var duckDb = DuckDb.Lent();
        return [.. Guard(path, () => ShardSchema.Describe(duckDb, path, Sql.ReadParquet(file.Path))).Columns.Where(column => !ofLabels || column.IsLabelLike).Select(column => column.Name)];
    }

    private static IEnumerable<string?[]> Read(string path, IReadOnlyList<string> columns, Func<ColumnType, bool> isRight, string expected)
    {
        using var file = UnpackedFile.Open(path);
        if (!IsParquet(file.Path))
        {
            using var csv = new CsvRows(file.Path, path);
            foreach (var row in csv.Read([.. columns.Select(column => PlaceOf(csv.Header, column, path))]))
            {
                yield return row;
            }
            yield break;
        }
        Verify(file.Path, path);
        using var duckDb = DuckDb.Lent();
        var table = Sql.ReadParquet(file.Path);
        var schema = Guard(path, () => ShardSchema.Describe(duckDb, path, table));
        var expressions = columns.Select(column => schema.Require(column, isRight, expected).TextExpression);
        using var rows = duckDb.Rows($"SELECT {string.Join(", ", expressions)} FROM {table}").GetEnumerator();
        while (Guard(path, rows.MoveNext))
        {
            yield return rows.Current;
        }
    }

    /// <summary>Looks whether a Parquet file is as it was written: by its seal, or where another program took that away, by the list beside it.</summary>
    private static void Verify(string file, string path)
    {
        if (!FileSeal.Verify(file, path))
        {
            WrittenFiles.Verify(path);
        }
    }

    private static int PlaceOf(IReadOnlyList<string> header, string column, string path) =>
        header.Index().Where(h => h.Item == column).Select(h => (int?)h.Index).FirstOrDefault() ?? throw new DataException($"{path}: no column {column}: it has {string.Join(", ", header)}");

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
}
