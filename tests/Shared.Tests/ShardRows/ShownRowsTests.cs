using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.ShardRows;

public sealed class ShownRowsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void RowsAreReadByTheirPlacesWithTextsAndVectors()
    {
        var shard = ParquetFiles.FromSql(
            folder.File("a.parquet"),
            "SELECT 'r' || i AS id, [i, 1, 2]::FLOAT[] AS features, CASE WHEN i % 2 = 0 THEN i END AS stars, [i, i]::INT[] AS tokens, repeat('ä', 3000) AS body FROM range(10000) AS t(i)");

        var rows = ShownRows.Read(shard, [9999, 3, 4096, 10000], new VectorColumn("features", 3)).ToList();

        rows.Select(r => r.Row).Should().Equal(3, 4096, 9999);
        rows.Select(r => r.Vector![0]).Should().Equal(3, 4096, 9999);
        rows[0].Texts.Take(3).Should().Equal(KeyValuePair.Create("id", (string?)"r3"), KeyValuePair.Create("stars", (string?)null), KeyValuePair.Create("tokens", (string?)"[3, 3]"));
        rows[0].Texts[3].Value.Should().Be(new string('ä', ShownRows.TextLength) + "…");
        rows[0].Picture.Should().BeNull();
        ShownRows.Read(shard, []).Should().BeEmpty();
    }

    [Theory]
    [InlineData("89504E470D0A1A0A00", "image/png")]
    [InlineData("FFD8FFE000", "image/jpeg")]
    [InlineData("474946383961", "image/gif")]
    [InlineData("52494646000000005745425056", "image/webp")]
    [InlineData("52494646000000005741564556", null)]
    [InlineData("3C7376673E", null)]
    [InlineData("", null)]
    public void APictureIsKnownByItsFirstBytes(string hex, string? type) => PictureBytes.MediaType(Convert.FromHexString(hex)).Should().Be(type);

    [Theory]
    [InlineData("BLOB", "'\\x89PNG\\x0D'::BLOB")]
    [InlineData("STRUCT", "{'bytes': '\\x89PNG\\x0D'::BLOB, 'path': 'x.png'}")]
    public void APictureIsABlobOrTheBytesOfAStruct(string name, string picture)
    {
        var shard = ParquetFiles.FromSql(folder.File(name + ".parquet"), $"SELECT 'r' AS id, '\\xAA'::BLOB AS other, {picture} AS image UNION ALL SELECT 's', NULL, NULL");

        ShownRows.Read(shard, [0, 1]).Select(r => r.Picture?.Length).Should().Equal(5, null);
    }

    [Fact]
    public void ARowWithoutAUsableVectorHasNone()
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT i AS id, CASE i WHEN 0 THEN [1] WHEN 1 THEN NULL WHEN 2 THEN ['nan'::FLOAT, 1] ELSE [1, 2] END::FLOAT[] AS features FROM range(4) AS t(i)");

        ShownRows.Read(shard, [0, 1, 2, 3], new VectorColumn("features", 2)).Select(r => r.Vector is null).Should().Equal(true, true, true, false);
    }

    [Fact]
    public void AMissingShardIsNamed()
    {
        var read = () => ShownRows.Read(new Shard("x", folder.File("x.parquet")), [0]).ToList();

        read.Should().Throw<DataException>().WithMessage("*x.parquet: no such file*");
    }
}
