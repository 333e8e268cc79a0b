using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class DuplicateIdsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_occurrence_after_the_first_is_found_with_the_first()
    {
        string[] files =
        [
            ParquetFiles.FromSql(folder.File("2.parquet"), "SELECT * FROM (VALUES ('x', 'b', 0), ('y', 'b', 1), ('x', 'b', 10)) AS t(id, shard, row)").Path,
            ParquetFiles.FromSql(folder.File("1.parquet"), "SELECT * FROM (VALUES ('z', 'a', 0), ('x', 'a', 9), ('x', 'a', 4), (NULL, 'a', 5), (NULL, 'a', 6)) AS t(id, shard, row)").Path,
        ];

        DuplicateIds.Find(files, folder.File("rejects")).Should().Equal(
            new DuplicateId("x", "a", 9, "a", 4), new DuplicateId("x", "b", 0, "a", 4), new DuplicateId("x", "b", 10, "a", 4));
        folder.Files().Should().Equal("1.parquet", "2.parquet");
    }

    [Fact]
    public void Ids_that_stand_once_are_not_found()
    {
        var file = ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT i AS id, 'a' AS shard, i AS row FROM range(100000) AS t(i)").Path;

        DuplicateIds.Find([file], folder.File("rejects")).Should().BeEmpty();
        DuplicateIds.Find([], folder.File("rejects")).Should().BeEmpty();
    }

    [Fact]
    public void Integer_ids_are_found_as_text_in_the_order_of_shard_and_row()
    {
        var file = ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT i % 7000 AS id, 'a' AS shard, i AS row FROM range(14000) AS t(i)").Path;

        var found = DuplicateIds.Find([file], folder.File("rejects")).ToList();

        found.Should().HaveCount(7000);
        found.Select((duplicate, i) => duplicate == new DuplicateId($"{i}", "a", i + 7000, "a", i)).Should().NotContain(false);
    }

    [Fact]
    public void A_file_without_the_columns_is_named()
    {
        var file = ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT 1 AS id, 'a' AS shard").Path;

        FluentActions.Enumerating(() => DuplicateIds.Find([file], folder.File("rejects"))).Should().Throw<DataException>().WithMessage("*no column row: it has id, shard");
    }
}
