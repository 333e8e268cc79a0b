using ParquetPool.ShardRows;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.ShardRows;

public sealed class RejectReasonsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_commonest_reason_is_told_with_its_count_and_a_row()
    {
        RejectReasons.Commonest(folder.File("none.parquet")).Should().BeEmpty();
        Of("('a', 'p', 3::BIGINT, 'vector is null')").Should().Be("; each: vector is null, as of id a in p, row 3");
        Of("('a', 'p', 3::BIGINT, 'vector is null'), (NULL, 'p', 4, 'id is null or empty'), ('c', 'p', 5, 'id stands already in o, row 1'), ('d', 'q', 6, 'id stands already in p, row 22')")
            .Should().Be("; most often (2 times): id stands already in o, row 1, as of id c in p, row 5");
    }

    private string Of(string rows) => RejectReasons.Commonest(ParquetFiles.FromSql(folder.File("rejects.parquet"), $"SELECT * FROM (VALUES {rows}) t(id, shard, row, reason)").Path);
}
