using System.Text;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Storage.Tests;

/// <summary>Which objects below an address are shards.</summary>
public sealed class PoolTests(ObjectStores stores) : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void NamesThatBeginWithADotOrAnUnderscoreAreNoShards(string scheme)
    {
        var at = Put(scheme, "hidden", "a.parquet", "_temporary/0/b.parquet", "._a.parquet", "below/.ipynb_checkpoints/c.parquet", "below/d.parquet", "_year=2024/e.parquet", "_SUCCESS", "below/_committed_1");

        Names(at, at).Should().Equal("_year=2024/e.parquet", "a.parquet", "below/d.parquet");
        Names(at, $"{at}/**/*.parquet").Should().Equal("_year=2024/e.parquet", "a.parquet", "below/d.parquet");
        Names(at, $"{at}/_temporary/*/*.parquet").Should().Equal("_temporary/0/b.parquet");
        Names(at, $"{at}/_temporary").Should().Equal("_temporary/0/b.parquet");
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void OfADeltaTableTheObjectsThatItsLogNamesAreShards(string scheme)
    {
        var at = Put(scheme, "delta", "old.parquet", "new.parquet", "day=2/new.parquet");
        Text($"{at}/_delta_log/{0:D20}.json", """{"protocol":{"minReaderVersion":1}}""", """{"add":{"path":"old.parquet","partitionValues":{}}}""");
        Text($"{at}/_delta_log/{1:D20}.json", """{"remove":{"path":"old.parquet"}}""", """{"add":{"path":"new.parquet","partitionValues":{"day":"1"}}}""", """{"add":{"path":"day%3D2/new.parquet","partitionValues":{"day":"2"}}}""");

        Names(at, at).Should().Equal("day=2/new.parquet", "new.parquet");
        Names(at, $"{at}/*.parquet").Should().Equal("new.parquet");
        Names(at, $"{at}/day=2").Should().Equal("day=2/new.parquet");
        Names(at, $"{at}/new.parquet").Should().Equal("new.parquet");
        FluentActions.Invoking(() => Names(at, $"{at}/old.parquet").ToList()).Should().Throw<DataException>().WithMessage("*does not name this file at version 1*");
        ShardSet.Resolve([$"{at}/new.parquet"])[0].Columns!.Values.Should().Equal(new Dictionary<string, string> { ["day"] = "1" });

        Text($"{at}/_delta_log/{2:D20}.json", """{"add":{"path":"gone.parquet","partitionValues":{}}}""");
        FluentActions.Invoking(() => Names(at, at).ToList()).Should().Throw<DataException>().WithMessage("*1 files that its log names at version 2 are not there*");
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void AnIcebergTableIsRefused(string scheme)
    {
        var at = Put(scheme, "iceberg", "data/a.parquet", "metadata/00001-a.metadata.json");

        foreach (var pattern in new[] { at, $"{at}/data", $"{at}/data/*.parquet", $"{at}/data/a.parquet" })
        {
            FluentActions.Invoking(() => Names(at, pattern).ToList()).Should().Throw<DataException>().WithMessage("*Apache Iceberg table*export a snapshot*", pattern);
        }
    }

    private static IEnumerable<string> Names(string at, string pattern) => ShardSet.Resolve([pattern]).Select(shard => shard.Path[(at.Length + 1)..]).Order(StringComparer.Ordinal);

    /// <summary>Writes objects of a few bytes and gives the address that they lie below.</summary>
    private string Put(string scheme, string prefix, params string[] names)
    {
        var at = $"{scheme}://{ObjectStores.Container}/tables/{prefix}";
        foreach (var name in names)
        {
            Text($"{at}/{name}", "x");
        }
        return at;
    }

    private void Text(string address, params string[] lines)
    {
        var file = folder.File("object");
        File.WriteAllLines(file, lines, new UTF8Encoding(false));
        var to = StorageAddress.Parse(address);
        stores.Of(to.Scheme).Write(file, to);
    }
}
