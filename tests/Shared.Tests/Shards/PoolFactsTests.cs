using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Shared.Tests.Shards;

public sealed class PoolFactsTests : IDisposable
{
    private static readonly PoolFacts Fashion = new(new Dictionary<string, string> { ["features"] = "28x28" }, ["T-shirt/top", "Кофта", "a\"b"]);
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Shards_remember_pictures_and_classes_and_their_seal_covers_them()
    {
        Write("a.parquet", Fashion);
        Write("b.parquet", PoolFacts.None);

        var facts = PoolFacts.Of(ShardSet.Resolve([folder.Root]));

        facts.Pictures.Should().Equal(Fashion.Pictures);
        facts.Classes.Should().Equal(Fashion.Classes);
        var path = folder.File("a.parquet");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().LastIndexOf("28x28"u8)] = (byte)'3';
        File.WriteAllBytes(path, bytes);
        FluentActions.Invoking(() => FileSeal.Verify(path)).Should().Throw<DataException>();
    }

    [Fact]
    public void Shards_that_contradict_each_other_are_both_named()
    {
        Write("a.parquet", Fashion);
        Write("b.parquet", Fashion with { Pictures = new Dictionary<string, string> { ["features"] = "784x1" } });

        FluentActions.Invoking(() => PoolFacts.Of(ShardSet.Resolve([folder.Root]))).Should().Throw<DataException>().WithMessage("*a.parquet and *b.parquet contradict each other*features are 28x28*784x1*");
    }

    private void Write(string name, PoolFacts facts)
    {
        using var writer = new ShardWriter(folder.File(name), [new("id", ShardType.Text)], facts.In(new Provenance("trainer import")));
        writer.Write(1, new[] { "a" });
        writer.Complete();
    }
}
