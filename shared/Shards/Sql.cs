namespace ParquetPool.Shards;

/// <summary>Quoting, and the one way this room reads Parquet files.</summary>
internal static class Sql
{
    public static string Name(string column) => $"\"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Folder names such as <c>label=3</c> do not become columns: a shard has the columns that stand in its file.</summary>
    public static string ReadParquet(params IEnumerable<string> paths) =>
        $"read_parquet([{string.Join(", ", paths.Select(path => Text(Literal(path))))}], hive_partitioning = false)";

    /// <summary>As <see cref="ReadParquet"/>, with each row's place in its file, from 0, as <c>file_row_number</c>.</summary>
    public static string ReadNumberedRows(string path) => $"read_parquet([{Text(Literal(path))}], hive_partitioning = false, file_row_number = true)";

    /// <summary>A path in which DuckDB finds no wildcard.</summary>
    public static string Literal(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : $"{c}"));
}
