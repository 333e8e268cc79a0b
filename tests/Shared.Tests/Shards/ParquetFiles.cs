using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

/// <summary>Makes and reads Parquet files in tests.</summary>
internal static class ParquetFiles
{
    /// <summary>Writes the rows of a SELECT, of whatever types.</summary>
    public static Shard FromSql(string path, string select, string options = "")
    {
        using var duckDb = new DuckDb();
        duckDb.Execute($"COPY ({select}) TO {Sql.Text(path)} (FORMAT parquet{options})");
        return new(Path.GetFileNameWithoutExtension(path), path);
    }

    /// <summary>Rows <c>row-0</c>.. whose vector is row, row + 1, ..</summary>
    public static Shard Ramp(string path, int rows, int width, ShardType type = ShardType.FloatList, int rowsPerWrite = 1000)
    {
        using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("features", type, width)]);
        for (var first = 0; first < rows; first += rowsPerWrite)
        {
            var count = Math.Min(rowsPerWrite, rows - first);
            var start = first;
            writer.Write(
                count,
                Enumerable.Range(start, count).Select(row => $"row-{row}").ToArray(),
                Enumerable.Range(0, count * width).Select(i => (float)(start + (i / width) + (i % width))).ToArray());
        }

        writer.Complete();
        return new(Path.GetFileNameWithoutExtension(path), path);
    }

    /// <summary>Every row as (id, vector of the first column, label, faults).</summary>
    public static List<Row> ReadAll(Shard shard, RowSchema schema, int capacity = 100)
    {
        using var reader = new ShardReader(shard, schema);
        var batch = new RowBatch(schema, capacity);
        var rows = new List<Row>();
        while (reader.Read(batch, TestContext.Current.CancellationToken))
        {
            batch.FirstRow.Should().Be(rows.Count);
            for (var row = 0; row < batch.Count; row++)
            {
                var width = schema.Vectors is [var first, ..] ? first.Width : 0;
                var vector = width > 0 ? batch.Vectors[0].AsSpan(row * width, width).ToArray() : [];
                rows.Add(new(batch.Ids[row], vector, batch.Labels[row], batch.Faults[row]));
            }
        }

        rows.Should().HaveCount((int)reader.RowCount);
        return rows;
    }

    public static RowSchema Features(int width) => new([new("features", width)]);

    /// <summary>The file's rows as DuckDB prints them.</summary>
    public static List<string?[]> Print(string path, string columns = "*")
    {
        using var duckDb = new DuckDb();
        return [.. duckDb.Rows($"SELECT CAST(COLUMNS({columns}) AS VARCHAR) FROM {Sql.ReadParquet(path)}")];
    }

    internal sealed record Row(string Id, float[] Vector, string? Label, RowFaults Faults);
}
