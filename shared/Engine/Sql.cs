namespace ParquetPool.Engine;

/// <summary>Quoting, and the one way this room reads Parquet files.</summary>
internal static class Sql
{
    private const string RowNumber = "file_row_number";

    public static string Name(string column) => $"\"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Folder names such as <c>label=3</c> do not become columns: a shard has the columns that stand in its file.</summary>
    public static string ReadParquet(params IEnumerable<string> paths) =>
        $"read_parquet([{string.Join(", ", paths.Select(path => Text(Literal(path))))}], hive_partitioning = false)";

    /// <summary>The ids of files, each with its file's name as <c>shard</c> and its place there, from 0, as <c>row</c>.</summary>
    public static string ReadIds(IEnumerable<string> paths) =>
        $"(SELECT id, parse_filename(filename) AS shard, file_row_number AS row FROM {ReadParquet(paths)[..^1]}, filename = true, file_row_number = true))";

    /// <summary>As <see cref="ReadParquet"/>, with each row's place in its file, from 0, in a column of the name that <see cref="PlaceColumn"/> tells.</summary>
    public static string ReadNumberedRows(string path, ShardSchema schema) =>
        PlaceColumn(schema) == RowNumber
            ? $"read_parquet([{Text(Literal(path))}], hive_partitioning = false, file_row_number = true)"
            : $"(SELECT *, row_number() OVER () - 1 AS {Name(PlaceColumn(schema))} FROM {ReadParquet(path)})"; // One thread reads rows in the order of the file.

    /// <summary>The name of the column of <see cref="ReadNumberedRows"/>: DuckDB's, unless the file has one of that name, in whatever case.</summary>
    public static string PlaceColumn(ShardSchema schema)
    {
        var name = RowNumber;
        while (schema.Columns.Any(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            name += "_";
        }
        return name;
    }

    /// <summary>A path in which DuckDB finds no wildcard.</summary>
    public static string Literal(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : $"{c}"));
}
