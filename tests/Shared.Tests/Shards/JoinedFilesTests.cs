using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class JoinedFilesTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_made_of_many_small_files_has_the_bytes_that_it_has_of_them_one_by_one()
    {
        string[] files = [.. Enumerable.Range(0, 70).Select(Write)];
        using var joined = JoinedFiles.Of(files, folder.File("joined"));
        joined.Paths.Should().ContainSingle();

        Sorted(joined.Paths, "once").Should().Equal(Sorted(files, "each"));
        DuplicateIds.Find(joined.Paths, folder.File("once")).Should().Equal(DuplicateIds.Find(files, folder.File("each")));
        DuplicateIds.Find(files, folder.File("each")).Should().HaveCount(68, "one id stands in every file but one");
        ColumnSample.Read(joined.Paths, ["score"], 50, folder.File("once"))[0].Should().Equal(ColumnSample.Read(files, ["score"], 50, folder.File("each"))[0]);
        joined.Dispose();
        Directory.EnumerateFileSystemEntries(folder.Root).Should().NotContain(path => path.Contains("joined", StringComparison.Ordinal));
    }

    [Fact]
    public void A_few_files_or_files_of_two_kinds_are_left_as_they_are()
    {
        string[] few = [.. Enumerable.Range(0, 3).Select(Write)];
        string[] mixed = [.. Enumerable.Range(0, 70).Select(Write), ParquetFiles.FromSql(folder.File("other.parquet"), "SELECT 1 AS id").Path];

        JoinedFiles.Of(few, folder.File("joined")).Paths.Should().Equal(few);
        JoinedFiles.Of(mixed, folder.File("joined")).Paths.Should().Equal(mixed);
    }

    private string Write(int file)
    {
        var path = folder.File($"{file:D2}.parquet");
        using var writer = new ShardWriter(path, [new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64), new("score", ShardType.Double)]);
        writer.Write(3, new[] { file == 7 ? null : "again", $"row-{file}", null }, new[] { $"{file}", $"{file}", $"{file}" }, new long[] { 0, 1, 2 }, new[] { file == 9 ? double.NaN : file % 5, 0.1 * file, -0.0 });
        writer.Complete();
        return path;
    }

    private byte[] Sorted(IReadOnlyList<string> files, string name)
    {
        SortedRows.Write(files, new SortSpec([new SortKey("score", Descending: true), new SortKey("id"), new SortKey("shard")]), folder.File(name, "sorted.parquet"));
        return File.ReadAllBytes(folder.File(name, "sorted.parquet"));
    }
}
