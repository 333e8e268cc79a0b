using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class OwnOutputsTests : IDisposable
{
    private readonly TestFolder folder = new();

    public OwnOutputsTests()
    {
        Write("train-00000.parquet", new Provenance("trainer import"));
        Write("scored/ranked-entropy.parquet", new Provenance("scorer score"));
        Write("scored/scores/train-00000.parquet", new Provenance("scorer score"));
        Write("models/t/labels/labels.parquet", null);
        Write("models/t/round-0001/history.parquet", new Provenance("trainer train"));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_written_about_a_pool_is_no_shard_of_it()
    {
        Write("clean/test/pairs.parquet", new Provenance("scorer purge"));
        ParquetFiles.FromSql(folder.File("labels.parquet"), "SELECT 1 AS id");
        ParquetFiles.FromSql(folder.File("scores/year.parquet"), "SELECT 1 AS id");
        string[] data = ["clean/test/pairs.parquet", "labels.parquet", "scores/year.parquet", "train-00000.parquet"];

        Names(folder.Root).Should().Equal(data, "a shard may have any name");
        Names(folder.File("**/*.parquet")).Should().Equal(data);
        ShardSet.Files(folder.Root).Select(path => Path.GetRelativePath(folder.Root, path)).Order(StringComparer.Ordinal).Should().Equal(data);
    }

    [Fact]
    public void Whoever_resolves_a_pool_is_told_once_what_was_left_out()
    {
        var told = new List<string>();
        LeftOutFiles.TellTo(told.AddRange);

        _ = (Names(folder.Root).ToList(), Names(folder.Root).ToList());

        told.Select(path => Path.GetRelativePath(folder.Root, path)).Order(StringComparer.Ordinal).Should().Equal(
            "models/t/labels/labels.parquet", "models/t/round-0001/history.parquet", "scored/ranked-entropy.parquet", "scored/scores/train-00000.parquet");
    }

    [Fact]
    public void A_file_that_is_named_is_read_and_a_folder_of_nothing_else_is_refused()
    {
        Names(folder.File("scored/ranked-entropy.parquet")).Should().Equal("scored/ranked-entropy.parquet");

        FluentActions.Invoking(() => Names(folder.File("scored"))).Should().Throw<DataException>().WithMessage("*written by this program about a pool, expected shards*");
    }

    private IEnumerable<string> Names(string pattern) => ShardSet.Resolve([pattern]).Select(shard => Path.GetRelativePath(folder.Root, shard.Path)).Order(StringComparer.Ordinal);

    private void Write(string name, Provenance? provenance)
    {
        using var writer = new ShardWriter(folder.File(name), [new("id", ShardType.Text)], provenance);
        writer.Write(1, new[] { "a" });
        writer.Complete();
    }
}
