using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shared.Tests.Shards;

namespace ParquetPool.Shared.Tests.ShardRows;

/// <summary>What is no shard, or lacks what is asked for, is told in one line.</summary>
public sealed class ShardReaderFaultTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_missing_file_says_so() =>
        Opening(new("gone", folder.File("gone.parquet"))).Should().Throw<DataException>().WithMessage("*gone.parquet: no such file*");

    [Fact]
    public void A_file_that_is_not_Parquet_says_so()
    {
        File.WriteAllText(folder.File("a.parquet"), "id,features\n1,2\n and more than the twelve bytes of the shortest file");

        Opening(new("a", folder.File("a.parquet"))).Should().Throw<DataException>().WithMessage("*a.parquet: not a readable Parquet file*");
    }

    [Fact]
    public void An_empty_file_says_so()
    {
        File.WriteAllBytes(folder.File("a.parquet"), []);

        Opening(new("a", folder.File("a.parquet"))).Should().Throw<DataException>().WithMessage("*a.parquet: not a readable Parquet file*");
    }

    [Fact]
    public void A_truncated_file_says_so()
    {
        var shard = ParquetFiles.Ramp(folder.File("a.parquet"), rows: 500, width: 8);
        using (var file = File.OpenWrite(shard.Path))
        {
            file.SetLength(file.Length * 2 / 3);
        }

        Opening(shard).Should().Throw<DataException>().WithMessage("*a.parquet: not a readable Parquet file*");
    }

    [Fact]
    public void Damage_in_the_middle_ends_the_reading_with_the_file_named()
    {
        var shard = ParquetFiles.Ramp(folder.File("a.parquet"), rows: 20_000, width: 64);
        var bytes = File.ReadAllBytes(shard.Path);
        bytes.AsSpan(bytes.Length / 3, bytes.Length / 3).Clear();
        File.WriteAllBytes(shard.Path, bytes);

        var reading = () => ParquetFiles.ReadAll(shard, ParquetFiles.Features(64));

        reading.Should().Throw<DataException>().WithMessage("*a.parquet: not a readable Parquet file*");
    }

    [Fact]
    public void A_missing_column_is_named_with_those_present()
    {
        var shard = ParquetFiles.Ramp(folder.File("a.parquet"), rows: 1, width: 2);

        Opening(shard, new([new("embedding", 2)])).Should().Throw<DataException>().WithMessage("*no column embedding: it has id, features*");
        Opening(shard, new([], "key")).Should().Throw<DataException>().WithMessage("*no column key: it has id, features*");
        Opening(shard, new([], LabelColumn: "label")).Should().Throw<DataException>().WithMessage("*no column label*");
    }

    [Fact]
    public void A_column_of_another_type_is_named_with_its_type()
    {
        var shard = ParquetFiles.FromSql(folder.File("a.parquet"), "SELECT true AS id, ['a'] AS features, [['a']] AS nested");

        Opening(shard, new([])).Should().Throw<DataException>().WithMessage("*column id is BOOLEAN, expected text, whole numbers*");
        Opening(shard, new([new("features", 1)])).Should().Throw<DataException>();
        var texts = ParquetFiles.FromSql(folder.File("b.parquet"), "SELECT 1 AS id, ['a'] AS features, [['a']] AS nested");
        Opening(texts, ParquetFiles.Features(1)).Should().Throw<DataException>().WithMessage("*column features is VARCHAR[], expected a list of numbers*");
        Opening(texts, new([new("nested", 1)])).Should().Throw<DataException>().WithMessage("*column nested is*expected a list of numbers*");
    }

    [Theory]
    [InlineData("a.csv", "*trainer import --csv*--texts")]
    [InlineData("a.npy", "*trainer import --npy'")]
    [InlineData("a.arrow", "*trainer import --arrow'")]
    [InlineData("a.dat", "*write it again or leave it out")]
    public void What_is_no_shard_is_told_how_to_become_one(string name, string message)
    {
        File.WriteAllText(folder.File(name), "id,x\n1,2\n");

        Opening(new("a", folder.File(name))).Should().Throw<DataException>().WithMessage(message);
    }

    private static Action Opening(Shard shard, RowSchema? schema = null) => () => new ShardReader(shard, schema ?? ParquetFiles.Features(8)).Dispose();
}
