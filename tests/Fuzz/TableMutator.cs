using ParquetPool.Engine;

namespace ParquetPool.Fuzz;

/// <summary>Changes rows, values and columns of a Parquet file, so that it stays one, with the entries of its footer.</summary>
internal static class TableMutator
{
    private const string Rows = "rows";

    private static readonly string[] Numbers = ["NULL", "'nan'::DOUBLE", "'inf'::DOUBLE", "'-inf'::DOUBLE", "1e308", "-1", "0", "1e-310", "9223372036854775807", "-9223372036854775808", "0.5"];
    private static readonly string[] Texts = ["NULL", "''", "'x'", "'../../x'", "chr(27) || '[31m'", "'a' || chr(10) || 'b'", "'=1+1'", "repeat('x', 70000)", "'1e999'"];
    private static readonly string[] Types = ["VARCHAR", "BIGINT", "FLOAT", "DOUBLE", "BLOB", "TINYINT", "DECIMAL(38, 10)", "VARCHAR[]", "BOOLEAN"];

    public static byte[] Change(byte[] bytes, Random draw)
    {
        using var work = new WorkFolder();
        var (from, to) = (Path.Combine(work.Root, "from.parquet"), Path.Combine(work.Root, "to.parquet"));
        File.WriteAllBytes(from, bytes);
        try
        {
            using var duckDb = new DuckDb();
            var table = Sql.ReadParquet(from);
            var columns = duckDb.Rows($"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {table})").Select(row => (Name: Sql.Name(row[0]!), Type: row[1]!)).ToList();
            var entries = duckDb.Rows($"SELECT decode(key), decode(value) FROM parquet_kv_metadata({Sql.Text(from)}) WHERE decode(key) <> 'ARROW:schema'").Select(row => $"{Sql.Text(row[0]!)}: {Sql.Text(row[1]!)}").ToList();
            duckDb.Execute($"COPY ({Changed(table, columns, draw)}) TO {Sql.Text(to)} (FORMAT parquet{(entries.Count == 0 ? "" : $", KV_METADATA {{{string.Join(", ", entries)}}}")})");
            return File.ReadAllBytes(to);
        }
        catch (DuckDbException)
        {
            return ByteMutator.ChangeEnd(bytes, draw); // No table by now, or a value that does not fit.
        }
    }

    private static string Changed(string table, List<(string Name, string Type)> columns, Random draw)
    {
        var at = draw.Next(columns.Count);
        var (name, type) = columns[at];
        var row = draw.Next(3) == 0 ? "true" : $"{Rows} % {draw.Next(1, 5)} = 0";
        var numbered = $"(SELECT *, row_number() OVER () AS {Rows} FROM {table})";
        return draw.Next(10) switch
        {
            0 when columns.Count > 1 => $"SELECT * EXCLUDE ({name}) FROM {table}",
            1 => $"SELECT * RENAME ({name} AS {Sql.Name(name.Trim('"') + "X")}) FROM {table}",
            2 => $"SELECT * FROM {table} WHERE {(draw.Next(2) == 0 ? "false" : "true")} LIMIT {draw.Next(4)}",
            3 => $"SELECT * FROM {table} UNION ALL SELECT * FROM {table}",
            4 => $"SELECT * REPLACE (TRY_CAST({name} AS {Types[draw.Next(Types.Length)]}) AS {name}) FROM {table}",
            5 when columns.Count > 1 => $"SELECT * REPLACE ({columns[draw.Next(columns.Count)].Name} AS {name}) FROM {table}",
            _ => $"SELECT * EXCLUDE ({Rows}) REPLACE (CASE WHEN {row} THEN {Value(type, draw)} ELSE {name} END AS {name}) FROM {numbered}",
        };
    }

    private static string Value(string type, Random draw) =>
        type == "VARCHAR" ? Texts[draw.Next(Texts.Length)]
        : type.Contains('[', StringComparison.Ordinal) || type.Contains('(', StringComparison.Ordinal) || type == "BLOB" ? draw.Next(3) == 0 && type.EndsWith("[]", StringComparison.Ordinal) ? "[]" : "NULL"
        : $"TRY_CAST({Numbers[draw.Next(Numbers.Length)]} AS {type})";
}
