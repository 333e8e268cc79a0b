using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Columns;

public sealed class ProvenanceTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_footer_tells_where_a_file_comes_from()
    {
        var path = folder.File("a.parquet");
        using (var writer = new ShardWriter(path, [new("id", ShardType.Text)], new Provenance("scorer score").Of("abc", 7, 20)))
        {
            writer.Write(1, new[] { "a" });
            writer.Complete();
        }

        using var duckDb = new DuckDb();
        var entries = duckDb.Rows($"SELECT decode(key), decode(value) FROM parquet_kv_metadata({Sql.Text(path)})").ToDictionary(row => row[0]!, row => row[1]!);
        entries.Keys.Should().Equal("parquetpool.version", "parquetpool.command", "parquetpool.model_sha256", "parquetpool.seed", "parquetpool.passes", FileSeal.Key);
        entries.Should().Contain("parquetpool.command", "scorer score").And.Contain("parquetpool.model_sha256", "abc").And.Contain("parquetpool.seed", "7").And.Contain("parquetpool.passes", "20");
        entries["parquetpool.version"].Should().NotBeEmpty();
    }
}
