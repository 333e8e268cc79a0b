using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class RowNumberColumnTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("file_row_number")]
    [InlineData("File_Row_Number")]
    public void A_column_may_be_called_as_the_engine_calls_its_own(string name)
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), $"SELECT concat('r', i) AS id, 100 - i AS \"{name}\", i AS file_row_number_ FROM range(5000) AS rows(i)", ", ROW_GROUP_SIZE 2048");

        ShownRows.Read(shard, [0, 2500]).Select(row => string.Join(' ', row.Row, row.Texts[0].Value, row.Texts[1].Value)).Should().Equal("0 r0 100", "2500 r2500 -2400");
        ShardSubset.WriteWithout(shard, [.. Enumerable.Range(1, 4997)], folder.File("out.parquet"));
        ParquetFiles.Print(folder.File("out.parquet")).Select(row => string.Join(' ', row)).Should().Equal("r0 100 0", "r4998 -4898 4998", "r4999 -4899 4999");
        ShardSubset.WriteOnly([(shard, [7])], shard, folder.File("only.parquet"));
        ParquetFiles.Print(folder.File("only.parquet")).Single().Should().Equal("r7", "93", "7");
    }
}
