using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class ShardPackerTests : IDisposable
{
    private const int Rows = 5000;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("FLOAT[]")]
    [InlineData("DOUBLE[]")]
    [InlineData("FLOAT[3]")]
    public void AReaderFindsTheSameVectorsAndTheSameFaults(string type)
    {
        var ragged = type.EndsWith("[]", StringComparison.Ordinal) ? "WHEN i % 100 = 2 THEN [1] WHEN i % 100 = 3 THEN []" : "";
        var shard = ParquetFiles.FromSql(
            folder.File("shard.parquet"),
            $"SELECT i AS id, CAST(CASE WHEN i % 100 = 1 THEN NULL {ragged} WHEN i % 100 = 4 THEN [1, NULL, 3] WHEN i % 100 = 5 THEN ['nan'::FLOAT, 1, 2] ELSE [i / 7.0, -i, 0.1] END AS {type}) AS features FROM range({Rows}) AS t(i)");

        var packed = Pack(shard);

        ParquetFiles.ReadAll(packed, ParquetFiles.Features(3)).Should().BeEquivalentTo(ParquetFiles.ReadAll(shard, ParquetFiles.Features(3)), o => o.WithStrictOrdering());
        ParquetFiles.Print(packed.Path, "x -> x LIKE 'features'").Count(row => row[0] is null).Should().Be(Rows / 100);
    }

    [Fact]
    public void ColumnsOfEveryOtherKindStayAsTheyAre()
    {
        var shard = ParquetFiles.FromSql(
            folder.File("shard.parquet"),
            $$"""
            SELECT 'row ' || i AS id, [i, i + 1, 0.5]::FLOAT[] AS features, CASE WHEN i % 3 = 0 THEN NULL ELSE i::TINYINT % 100 END AS tiny, i::UBIGINT AS big,
            (i / 3.0)::DECIMAL(18, 4) AS price, TIMESTAMP '2024-01-01 00:00:00' + INTERVAL (i) SECOND AS seen, DATE '2024-01-01' + i::INT AS day,
            [i, NULL, 2]::INTEGER[] AS tokens, {'a': i, 'b': ['x', NULL]} AS nested, MAP {'k': i} AS attributes, i % 2 = 0 AS flag,
            '\xAA\x00'::BLOB AS image, uuid_column AS "odd ""name", [['a'], []] AS deep
            FROM (SELECT i::INT AS i, '2f1a7b5e-0000-4000-8000-00000000000a'::UUID AS uuid_column FROM range(100) AS t(i))
            """);

        var packed = Pack(shard);

        const string Others = "x -> x <> 'features'";
        ParquetFiles.Print(packed.Path, Others).Should().BeEquivalentTo(ParquetFiles.Print(shard.Path, Others), o => o.WithStrictOrdering());
        Types(packed).Should().Equal(Types(shard).Select(column => column.Name == "features" ? column with { Type = "BLOB" } : column));
    }

    [Fact]
    public void TheSameShardGivesTheSameBytesAndPackedColumnsStayAsTheyAre()
    {
        var shard = ParquetFiles.Ramp(folder.File("shard.parquet"), Rows, 64);

        var packed = Pack(shard);
        var again = Pack(packed, "again.parquet");

        File.ReadAllBytes(again.Path).Should().Equal(File.ReadAllBytes(packed.Path));
        File.ReadAllBytes(Pack(shard, "twice.parquet").Path).Should().Equal(File.ReadAllBytes(packed.Path));
        folder.Files().Should().NotContain(file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void ACorruptShardIsNamedAndLeavesNoFile()
    {
        var shard = ParquetFiles.Ramp(folder.File("shard.parquet"), Rows, 3);
        using (var file = File.OpenWrite(shard.Path))
        {
            file.Position = 8;
            file.Write(new byte[2000]);
        }

        var act = () => Pack(shard);

        act.Should().Throw<DataException>().WithMessage("*shard.parquet*");
        folder.Files().Should().Equal("shard.parquet");
    }

    private Shard Pack(Shard shard, string name = "packed.parquet")
    {
        var path = folder.File(name);
        ShardPacker.Pack(shard, [new("features", 3)], path);
        return new(Path.GetFileNameWithoutExtension(name), path);
    }

    private static List<ColumnType> Types(Shard shard)
    {
        using var duckDb = new DuckDb();
        return [.. ShardSchema.Read(duckDb, shard.Path).Columns];
    }
}
