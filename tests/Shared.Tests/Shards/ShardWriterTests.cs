using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class ShardWriterTests : IDisposable
{
    private static readonly ShardColumn[] EveryType =
    [
        new("text", ShardType.Text), new("long", ShardType.Int64), new("int", ShardType.Int32), new("double", ShardType.Double),
        new("float", ShardType.Float), new("bool", ShardType.Boolean), new("list", ShardType.FloatList, 2), new("blob", ShardType.FloatBlob, 1),
    ];

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_type_comes_back()
    {
        var path = folder.File("a.parquet");
        using (var writer = new ShardWriter(path, EveryType))
        {
            writer.Write(
                2,
                new[] { "é, a text longer than twelve bytes", null, "beyond" },
                new[] { long.MinValue, 2, 3 },
                new[] { int.MaxValue, -2, 3 },
                new[] { 0.1, double.NaN, 3 },
                new[] { float.NaN, 0.5f, 3 },
                new[] { true, false, true },
                new[] { 1f, float.NaN, 3, 4, 5, 6 },
                new[] { 1f, -2f, 3f });
            writer.Complete();
        }

        ParquetFiles.Print(path).Should().BeEquivalentTo(
            new string?[][]
            {
                ["é, a text longer than twelve bytes", "-9223372036854775808", "2147483647", "0.1", null, "true", "[1.0, -nan]", @"\x00\x00\x80?"],
                [null, "2", "-2", null, "0.5", "false", "[3.0, 4.0]", @"\x00\x00\x00\xC0"],
            },
            options => options.WithStrictOrdering());
        folder.Files().Should().Equal("a.parquet");
    }

    [Fact]
    public void The_bytes_do_not_show_how_the_rows_were_cut()
    {
        ParquetFiles.Ramp(folder.File("a.parquet"), 10_000, 16, rowsPerWrite: 10_000);
        ParquetFiles.Ramp(folder.File("b.parquet"), 10_000, 16, rowsPerWrite: 10_000);
        ParquetFiles.Ramp(folder.File("c.parquet"), 10_000, 16, rowsPerWrite: 77);

        var bytes = File.ReadAllBytes(folder.File("a.parquet"));
        File.ReadAllBytes(folder.File("b.parquet")).Should().Equal(bytes);
        File.ReadAllBytes(folder.File("c.parquet")).Should().Equal(bytes);
    }

    [Theory]
    [InlineData(ShardType.FloatList, 1024, 9000, 2048)]
    [InlineData(ShardType.FloatList, 500, 20_000, 4096)]
    [InlineData(ShardType.FloatBlob, 5000, 5000, 2048)]
    [InlineData(ShardType.FloatList, 1, 250_000, 122_880)]
    public void Row_groups_are_about_8_megabytes(ShardType type, int width, int rows, int expected)
    {
        var shard = ParquetFiles.Ramp(folder.File("a.parquet"), rows, width, type);
        using var duckDb = new DuckDb();

        duckDb.Integer($"SELECT max(row_group_num_rows) FROM parquet_metadata({Sql.Text(shard.Path)})").Should().Be(expected);
        duckDb.Integer($"SELECT count(DISTINCT row_group_id) FROM parquet_metadata({Sql.Text(shard.Path)})").Should().BeGreaterThan(1);
    }

    [Fact]
    public void No_rows_make_an_empty_file_with_its_columns()
    {
        var path = folder.File("a.parquet");
        using (var writer = new ShardWriter(path, EveryType))
        {
            writer.Write(0, Array.Empty<string>(), Array.Empty<long>(), Array.Empty<int>(), Array.Empty<double>(), Array.Empty<float>(), Array.Empty<bool>(), Array.Empty<float>(), Array.Empty<float>());
            writer.Complete();
        }

        ParquetFiles.Print(path).Should().BeEmpty();
        using var duckDb = new DuckDb();
        ShardSchema.Read(duckDb, path).Columns.Select(column => column.Name).Should().Equal(EveryType.Select(column => column.Name));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(50_000)]
    public void Dispose_without_Complete_leaves_nothing(int rows)
    {
        using (var writer = new ShardWriter(folder.File("a.parquet"), [new("x", ShardType.Int64)]))
        {
            writer.Write(rows, new long[rows]);
        }

        folder.Files().Should().BeEmpty();
    }

    [Fact]
    public void Dispose_without_Complete_keeps_the_file_of_before()
    {
        var path = folder.File("a.parquet");
        ParquetFiles.Ramp(path, 3, 1);
        using (var writer = new ShardWriter(path, [new("x", ShardType.Int64)]))
        {
            writer.Write(1, new long[1]);
        }

        new FileInfo(path).Length.Should().BePositive();
        ParquetFiles.Print(path).Should().HaveCount(3);
    }

    [Fact]
    public void Complete_replaces_the_file_of_before()
    {
        var path = folder.File("a.parquet");
        ParquetFiles.Ramp(path, 3, 1);
        ParquetFiles.Ramp(path, 5, 1);

        ParquetFiles.Print(path).Should().HaveCount(5);
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_named_at_once()
    {
        File.WriteAllText(folder.File("file"), "");

        var opening = () => new ShardWriter(Path.Combine(folder.Root, "file", "a.parquet"), EveryType);

        opening.Should().Throw<IOException>().WithMessage("*a.parquet cannot be written*");
    }

    [Fact]
    public void Wrong_arrays_are_refused_and_the_writer_goes_on()
    {
        using var writer = new ShardWriter(folder.File("a.parquet"), [new("x", ShardType.Double), new("v", ShardType.FloatList, 3)]);

        writer.Invoking(w => w.Write(1, new double[1])).Should().Throw<ArgumentException>().WithMessage("1 arrays for 2 columns*");
        writer.Invoking(w => w.Write(1, new float[1], new float[3])).Should().Throw<ArgumentException>().WithMessage("column x is Double and takes Double[], not Single[]*");
        writer.Invoking(w => w.Write(2, new double[2], new float[5])).Should().Throw<ArgumentException>().WithMessage("column v has 5 values, 2 rows need 6*");
        writer.Write(1, new double[1], new float[3]);
        writer.Complete();
        writer.Invoking(w => w.Write(1, new double[1], new float[3])).Should().Throw<ObjectDisposedException>();

        ParquetFiles.Print(folder.File("a.parquet")).Should().HaveCount(1);
    }

    [Theory]
    [InlineData(ShardType.FloatList)]
    [InlineData(ShardType.FloatBlob)]
    public void Many_rows_stream_through_writer_and_reader(ShardType type)
    {
        const int Rows = 300_000, Width = 64;
        var shard = ParquetFiles.Ramp(folder.File("a.parquet"), Rows, Width, type, rowsPerWrite: 10_000);
        var schema = ParquetFiles.Features(Width);
        using var reader = new ShardReader(shard, schema);
        var batch = new RowBatch(schema, 4096);
        long rows = 0;
        var sum = 0.0;
        while (reader.Read(batch, TestContext.Current.CancellationToken))
        {
            rows += batch.Count;
            for (var row = 0; row < batch.Count; row++)
            {
                sum += batch.Vectors[0][row * Width];
            }
        }

        rows.Should().Be(Rows);
        sum.Should().Be((double)Rows * (Rows - 1) / 2);
    }
}
