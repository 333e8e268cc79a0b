using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class ShardSubsetTests : IDisposable
{
    private const int Rows = 5000;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheOtherRowsStayInTheirOrderWithEveryColumn()
    {
        var shard = Source();
        long[] removed = [0, 17, 2048, 4999];

        ShardSubset.WriteWithout(shard, removed, folder.File("clean.parquet"));
        ShardSubset.WriteWithout(shard, removed, folder.File("again.parquet"));
        ShardSubset.WriteWithout(shard, [], folder.File("whole.parquet"));

        var all = ParquetFiles.Print(shard.Path);
        ParquetFiles.Print(folder.File("clean.parquet")).Should().BeEquivalentTo(all.Where((_, i) => !removed.Contains(i)), o => o.WithStrictOrdering());
        ParquetFiles.Print(folder.File("whole.parquet")).Should().BeEquivalentTo(all, o => o.WithStrictOrdering());
        File.ReadAllBytes(folder.File("again.parquet")).Should().Equal(File.ReadAllBytes(folder.File("clean.parquet")));
        folder.Files().Should().NotContain(file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void ChosenRowsOfSeveralShardsTakeTheColumnsOfAnother()
    {
        var like = Source();
        var other = ParquetFiles.FromSql(folder.File("other.parquet"), "SELECT i::BIGINT AS label, [i, i]::DOUBLE[] AS features, 'spare ' || i AS id, 1 AS more, NULL AS nested FROM range(10) AS t(i)");

        ShardSubset.WriteOnly([(other, [9, 2]), (like, [4])], like, folder.File("chosen.parquet"));

        ParquetFiles.Print(folder.File("chosen.parquet")).Should().BeEquivalentTo<string?[]>(
            [["spare 2", "[2.0, 2.0]", "2", null], ["spare 9", "[9.0, 9.0]", "9", null], ParquetFiles.Print(like.Path)[4]], o => o.WithStrictOrdering());
        using var duckDb = new DuckDb();
        ShardSchema.Read(duckDb, folder.File("chosen.parquet")).Columns.Should().Equal(ShardSchema.Read(duckDb, like.Path).Columns);
    }

    [Fact]
    public void AShardWithoutAColumnIsNamedAndLeavesNothing()
    {
        var other = ParquetFiles.FromSql(folder.File("other.parquet"), "SELECT 'x' AS id");

        var write = () => ShardSubset.WriteOnly([(other, [0])], Source(), folder.File("chosen.parquet"));

        write.Should().Throw<DataException>().WithMessage("*other.parquet: no column features*");
        folder.Files().Should().NotContain(file => file.Contains("chosen"));
    }

    private Shard Source() => ParquetFiles.FromSql(
        folder.File("source.parquet"),
        $"SELECT 'row ' || i AS id, [i, 0.5]::FLOAT[] AS features, (i % 7)::TINYINT AS label, {{'a': i}} AS nested FROM range({Rows}) AS t(i)");
}
