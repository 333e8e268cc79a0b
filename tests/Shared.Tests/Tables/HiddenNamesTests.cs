using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.Tables;

public sealed class HiddenNamesTests : IDisposable
{
    private static readonly string[] Hidden =
    [
        "._part-0.parquet", ".part-0.parquet", "_part-0.parquet", "_temporary/0/part-1.parquet", "_delta_log/10.checkpoint.parquet", ".ipynb_checkpoints/a-checkpoint.parquet",
        "below/_temporary/a.parquet", "below/.hidden.parquet", "_SUCCESS", ".part-0.parquet.crc",
    ];

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Names_that_begin_with_a_dot_or_an_underscore_are_no_data_in_folders_and_globs()
    {
        Put([.. Hidden, "part-0.parquet", "below/part-1.parquet", "_year=2024/part-2.parquet", "a_b.parquet"]);
        string[] data = ["_year=2024/part-2.parquet", "a_b.parquet", "below/part-1.parquet", "part-0.parquet"];

        Names(folder.Root).Should().Equal(data);
        Names(Path.Combine(folder.Root, "**/*.parquet")).Should().Equal(data);
        Names(Path.Combine(folder.Root, "**")).Should().Equal(data);
        Names(Path.Combine(folder.Root, "*.parquet")).Should().Equal("a_b.parquet", "part-0.parquet");
    }

    [Theory]
    [InlineData("_part-0.parquet", "_part-0.parquet")]
    [InlineData("_part*.parquet", "_part-0.parquet")]
    [InlineData("_temporary", "_temporary/0/part-1.parquet")]
    [InlineData("_temporary/*/*.parquet", "_temporary/0/part-1.parquet")]
    [InlineData(".ipynb*/*.parquet", ".ipynb_checkpoints/a-checkpoint.parquet")]
    public void What_is_named_is_read(string pattern, string expected)
    {
        Put([.. Hidden, "part-0.parquet"]);

        Names(Path.Combine(folder.Root, pattern)).Should().Equal(expected);
    }

    [Fact]
    public void Endings_of_Parquet_are_known_in_whatever_case()
    {
        Put(["a.PARQUET", "b.parq", "below/c.pq", "d.snappy.Parquet", "e.txt", "f.parquet.crc", "g.parquet.tmp", "README"]);

        Names(folder.Root).Should().Equal("a.PARQUET", "b.parq", "below/c.pq", "d.snappy.Parquet");
    }

    [Fact]
    public void A_Parquet_file_without_an_ending_is_not_passed_over_in_silence()
    {
        Put(["a.parquet", "_000000_9"]);
        ParquetFiles.FromSql(folder.File("part=1/000000_0"), "SELECT 1 AS id");

        FluentActions.Invoking(() => Names(folder.Root)).Should().Throw<DataException>().WithMessage("*/part=1/000000_0 is a Parquet file without an ending that tells*name them with a quoted glob*");
        Names(Path.Combine(folder.Root, "part=1/*")).Should().Equal("part=1/000000_0");
        Put(["gz/a.parquet", "gz/b.parquet.gz"]);
        ParquetFiles.FromSql(folder.File("hive/000000_0"), "SELECT 1 AS id");
        FluentActions.Invoking(() => Names(folder.File("hive"))).Should().Throw<DataException>().WithMessage("*/hive/000000_0 is a Parquet file without an ending*");
        FluentActions.Invoking(() => Names(folder.File("gz"))).Should().Throw<DataException>().WithMessage("*b.parquet.gz is a packed file*unpack it*");
    }

    private IEnumerable<string> Names(string pattern) =>
        ShardSet.Resolve([pattern]).Select(shard => Path.GetRelativePath(folder.Root, shard.Path)).Order(StringComparer.Ordinal);

    private void Put(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
            File.WriteAllText(folder.File(name), "");
        }
    }
}
