using ParquetPool.Engine;
using ParquetPool.Shards;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Engine;

public sealed class FolderColumnsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("label=cat", "cat")]
    [InlineData("label=a%20b", "a b")]
    [InlineData("label=a%2Fb", "a/b")]
    [InlineData("label=it's", "it's")]
    [InlineData("label=03", "03")]
    [InlineData("label=x=y", "x=y")]
    [InlineData("label=__HIVE_DEFAULT_PARTITION__", null)]
    [InlineData("label=", null)]
    [InlineData("label=cat/year=2024", "cat")]
    [InlineData("label=dog/label=cat", "cat")]
    public void A_folder_called_key_value_is_a_column(string below, string? expected)
    {
        var shard = Put(below, "SELECT 1 AS id, [1, 2]::FLOAT[] AS features");

        ParquetFiles.ReadAll(shard, Labelled).Should().ContainSingle().Which.Label.Should().Be(expected);
        ShardSet.Resolve([folder.Root]).HasColumn("label").Should().BeTrue();
    }

    [Fact]
    public void A_column_of_the_file_comes_before_one_of_its_folder()
    {
        var shard = Put("label=folder", "SELECT 1 AS id, [1, 2]::FLOAT[] AS features, 'file' AS label");

        ParquetFiles.ReadAll(shard, Labelled).Should().ContainSingle().Which.Label.Should().Be("file");
    }

    [Fact]
    public void Rows_that_are_written_elsewhere_keep_the_columns_of_their_folders()
    {
        var shard = Put("label=cat", "SELECT i AS id, [i, 2]::FLOAT[] AS features FROM range(3) AS t(i)");

        ShardPacker.Pack(shard, [new("features", 2)], folder.File("packed.parquet"));
        ShardSubset.WriteWithout(shard, [1], folder.File("without.parquet"));
        ShardSubset.WriteOnly([(shard, [2])], shard, folder.File("only.parquet"));

        ParquetFiles.ReadAll(new("packed", folder.File("packed.parquet")), Labelled).Select(row => row.Label).Should().Equal("cat", "cat", "cat");
        ParquetFiles.ReadAll(new("without", folder.File("without.parquet")), Labelled).Select(row => (row.Id, row.Label)).Should().Equal(("0", "cat"), ("2", "cat"));
        ParquetFiles.ReadAll(new("only", folder.File("only.parquet")), Labelled).Select(row => (row.Id, row.Label)).Should().Equal(("2", "cat"));
    }

    private static RowSchema Labelled => new([new("features", 2)], "label");

    private Shard Put(string below, string select)
    {
        Directory.CreateDirectory(folder.File(below));
        return ParquetFiles.FromSql(folder.File($"{below}/part-0.parquet"), select);
    }
}
