using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Storage;

namespace ParquetPool.Shared.Tests.Shards;

/// <summary>The same rows, written by DuckDB and by Parquet.Net, are the same rows to DuckDB's own SQL: values, types, NULLs, and what a filter finds.</summary>
public sealed class WriterDifferenceTests : IDisposable
{
    private const string Nested = """
        CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN [] WHEN 2 THEN [NULL] WHEN 3 THEN [[], NULL, [i, NULL]] ELSE [[i], [i, i]] END
        """;

    private readonly TestFolder folder = new();

    public static TheoryData<string, string> Types => new()
    {
        { "floats", "i::FLOAT / 3" },
        { "numbers", "(i % 100)::TINYINT, i::SMALLINT, i::INTEGER, i::BIGINT * 1000000007, (i % 200)::UTINYINT, i::USMALLINT, i::UINTEGER + 4000000000, i::UBIGINT + 18000000000000000000" },
        { "reals", "CASE i % 4 WHEN 0 THEN 'nan' WHEN 1 THEN 'inf' WHEN 2 THEN '-0.0' ELSE i / 7 END::FLOAT, CASE i % 4 WHEN 0 THEN 'nan' WHEN 1 THEN '-inf' ELSE i / 7 END::DOUBLE" },
        { "decimals", "(i % 900 - 50)::DECIMAL(4, 1), (i / 3 - 9)::DECIMAL(9, 2), (i / 7 - 5)::DECIMAL(18, 9), (i - 60)::DECIMAL(28, 10) * 1000000000::DECIMAL(10, 0)" },
        { "dates", "DATE '0044-03-15' + i::INT, DATE '9999-12-30' + i::INT, TIME '23:59:59.999' - INTERVAL (i) SECOND" },
        { "moments", "TIMESTAMP '1969-12-31 23:59:59.123456' + INTERVAL (i) MINUTE, TIMESTAMP '12024-01-01 00:00:00' + INTERVAL (i) SECOND, make_timestamp_ns(i * 1000 + 7), make_timestamp(i * 1000)::TIMESTAMPTZ, INTERVAL (i) DAY + INTERVAL (i) MONTH" },
        { "texts", "CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'é' || i WHEN 3 THEN '😀' || i WHEN 4 THEN 'ｱ' || i ELSE repeat('long ', i % 40) END, 'same'" },
        { "bytes", @"CASE WHEN i % 3 = 0 THEN NULL ELSE ('\x00\xFF' || repeat('x', i % 40))::BLOB END, '2f1a7b5e-0000-4000-8000-00000000000a'::UUID, 'ffffffff-0000-4000-8000-00000000000a'::UUID" },
        { "float lists", "CASE i % 6 WHEN 0 THEN NULL WHEN 1 THEN [] WHEN 2 THEN [NULL, 1] ELSE [i, -i, 0.5] END::FLOAT[], [i, i]::DOUBLE[], [i, 1, 2]::FLOAT[3], [i % 2 = 0, NULL], ['a', NULL, '😀' || i]" },
        { "nested", $"{Nested}, {{'a': i, 'b': CASE WHEN i % 2 = 0 THEN NULL ELSE [i, NULL] END, 'c': {{'d': 'x' || i}}}}, CASE WHEN i % 3 = 0 THEN NULL ELSE {{'a': NULLIF(i % 4, 0)}} END, [{{'k': i}}, NULL]" },
        { "maps", "CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN MAP {} ELSE MAP {'a': i, 'b': NULL} END, MAP {i: ['x', NULL]}" },
        { "nothing", "NULL, NULL::FLOAT[], NULL::VARCHAR" },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Rows_come_back_whoever_wrote_them(string name, string expressions)
    {
        foreach (var (rows, group) in new[] { (0, 2048), (1, 2048), (100, 2048), (5000, 2048), (5000, 100_000) })
        {
            foreach (var version in new[] { "V1", "V2" })
            {
                var select = $"SELECT i, {expressions} FROM (SELECT i::INT AS i FROM range({rows}) AS t(i))";
                var columns = Named(select);
                var theirs = ParquetFiles.FromSql(folder.File("theirs.parquet"), columns, $", ROW_GROUP_SIZE {group}, PARQUET_VERSION {version}, COMPRESSION {(version == "V1" ? "zstd" : "snappy")}").Path;
                var ours = Copy(theirs);

                Schema(ours).Should().Equal(Schema(theirs), name);
                Differences(theirs, ours).Should().Be(0, "{0}, {1} rows in groups of {2}, {3}", name, rows, group, version);
            }
        }
    }

    [Fact]
    public void A_filter_finds_texts_that_UTF16_orders_otherwise()
    {
        var theirs = ParquetFiles.FromSql(folder.File("theirs.parquet"), "SELECT CASE i % 2 WHEN 0 THEN '😀' ELSE 'ｱ' END || i AS id, CASE WHEN i = 0 THEN 'nan'::DOUBLE ELSE i END AS x FROM range(300000) AS t(i)").Path;
        var ours = Copy(theirs);

        foreach (var filter in new[] { "id = '😀0'", "id = 'ｱ299999'", "id > '😀9'", "x > 299998", "x < 2", "isnan(x)" })
        {
            Count(ours, filter).Should().Be(Count(theirs, filter), filter).And.BePositive(filter);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public void Vectors_are_read_alike_from_one_giant_group_and_from_many(int groupRows)
    {
        var theirs = ParquetFiles.FromSql(
            folder.File("theirs.parquet"),
            "SELECT 'row ' || i AS id, [i / 7, -i, 0.1]::FLOAT[] AS features FROM range(9000) AS t(i)", $", ROW_GROUP_SIZE {groupRows}");
        var ours = new Shard("ours", Copy(theirs.Path));

        ParquetFiles.ReadAll(ours, ParquetFiles.Features(3), 1000).Should().BeEquivalentTo(ParquetFiles.ReadAll(theirs, ParquetFiles.Features(3), 1000), o => o.WithStrictOrdering());
    }

    private string Copy(string path)
    {
        var copy = folder.File("ours.parquet");
        using var duckDb = new DuckDb();
        QueryFile.Write(duckDb, $"SELECT * FROM {Sql.ReadParquet(path)}", copy, null);
        WholeFile.Rename(copy);
        FileSeal.Verify(copy, stopping: TestContext.Current.CancellationToken).Should().BeTrue();
        return copy;
    }

    /// <summary>The query with its columns called c0, c1, ...</summary>
    private static string Named(string select)
    {
        using var duckDb = new DuckDb();
        var columns = duckDb.Rows($"DESCRIBE {select}").Count();
        return $"SELECT * FROM ({select}) AS rows({string.Join(", ", Enumerable.Range(0, columns).Select(i => $"c{i}"))})";
    }

    private static List<string?> Schema(string path)
    {
        using var duckDb = new DuckDb();
        return [.. duckDb.Rows($"SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM {Sql.ReadParquet(path)})").Select(row => row[0])];
    }

    /// <summary>Rows of either file that the other has not at the same place; values as DuckDB prints them, which tells all of them apart.</summary>
    private static long? Differences(string theirs, string ours)
    {
        using var duckDb = new DuckDb();
        var (left, right) = (Numbered(theirs), Numbered(ours));
        return duckDb.Integer($"SELECT (SELECT count(*) FROM ({left} EXCEPT ALL {right})) + (SELECT count(*) FROM ({right} EXCEPT ALL {left}))");
    }

    private static string Numbered(string path) => $"SELECT file_row_number, CAST(COLUMNS(* EXCLUDE (file_row_number)) AS VARCHAR) FROM read_parquet({Sql.Text(path)}, file_row_number = true)";

    private static long? Count(string path, string filter)
    {
        using var duckDb = new DuckDb();
        return duckDb.Integer($"SELECT count(*) FROM {Sql.ReadParquet(path)} WHERE {filter}");
    }
}
