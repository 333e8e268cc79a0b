using ParquetPool.Errors;

namespace ParquetPool.Storage.Tests;

public sealed class ObjectStoreTests(ObjectStores stores) : IDisposable
{
    private const int SeveralParts = 40_000_000;
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void AnObjectOfSeveralPartsIsReadBackWholeAndFromAnyPlaceOn(string scheme)
    {
        var (store, address, bytes) = Written(scheme, "parts/large", SeveralParts);

        var found = store.Find(address)!;

        found.Bytes.Should().Be(SeveralParts);
        Read(store, found, 0, SeveralParts).Should().Equal(bytes);
        Read(store, found, 12_345_678, 1_000).Should().Equal(bytes[12_345_678..12_346_678]);
        Read(store, found, SeveralParts - 1, 1).Should().Equal(bytes[^1]);
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void AListHasWhatLiesBelowAPrefixByKey(string scheme)
    {
        foreach (var name in new[] { "list/b", "list/a/z", "list/a-1", "listed" })
        {
            Written(scheme, name, 10);
        }

        stores.Of(scheme).List(Address(scheme, "list/")).Select(o => o.Address.Key).Should().Equal("list/a-1", "list/a/z", "list/b");
        stores.Of(scheme).List(Address(scheme, "nothing/")).Should().BeEmpty();
    }

    /// <summary>s3rver fails where a list has a second page, so a server of two answers stands in.</summary>
    [Fact]
    public void AListGoesOnBehindItsFirstPage()
    {
        using var pages = new TwoPages();

        stores.Of(StorageAddress.S3, pages.Port).List(Address(StorageAddress.S3, "many/")).Select(o => (o.Address.Key, o.Bytes, o.ETag)).Should().Equal(("many/1", 7, "a"), ("many/2", 8, "b"));
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void ARunKeepsToTheVersionItSawAndAServiceSeesAnotherAfterwards(string scheme)
    {
        var path = Written(scheme, "versions/a", 10).Address.ToString();
        var seen = StoredFiles.Version(path);
        Written(scheme, "versions/a", 11);

        StoredFiles.Version(path).Should().Be(seen);
        StoredFiles.Forget();
        StoredFiles.Version(path).Should().NotBe(seen);
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void AnObjectThatWasWrittenAnewSinceItWasListedIsNotRead(string scheme)
    {
        var (store, address, _) = Written(scheme, "changing", 100);
        var listed = store.Find(address)!;
        Written(scheme, "changing", 101);

        FluentActions.Invoking(() => store.Read(listed, 0, 100)).Should().Throw<DataException>().WithMessage("*changed or removed while it was read*");
        store.Delete(address);
        FluentActions.Invoking(() => store.Read(listed, 0, 100)).Should().Throw<DataException>().WithMessage("*changed or removed while it was read*");
        store.Find(address).Should().BeNull();
    }

    [Fact]
    public void AnObjectThatMustBeNewIsNotWrittenOverAnother()
    {
        var (store, address, bytes) = Written(StorageAddress.Azure, "once", 100); // s3rver takes no conditions; Amazon's server does.

        FluentActions.Invoking(() => store.Write(folder.File("once"), address, isNew: true)).Should().Throw<DataException>().WithMessage("*is there already*");
        Read(store, store.Find(address)!, 0, 100).Should().Equal(bytes);
    }

    [Theory]
    [InlineData("s3://", "names no bucket")]
    [InlineData("az:///models", "names no container")]
    [InlineData("s3://a b/c", "names no bucket")]
    public void AnAddressWithoutABucketIsAUsageError(string address, string told) =>
        FluentActions.Invoking(() => StorageAddress.Parse(address)).Should().Throw<UsageException>().WithMessage($"*{told}*");

    private static StorageAddress Address(string scheme, string key) => new(scheme, ObjectStores.Container, key);

    private static byte[] Read(ObjectStore store, StoredObject stored, long from, int count)
    {
        var bytes = new byte[count];
        using var body = store.Read(stored, from, count);
        body.ReadExactly(bytes);
        return bytes;
    }

    private (ObjectStore Store, StorageAddress Address, byte[] Bytes) Written(string scheme, string key, int count)
    {
        var bytes = TestBytes.Of(count);
        File.WriteAllBytes(folder.File(key), bytes);
        stores.Of(scheme).Write(folder.File(key), Address(scheme, key));
        return (stores.Of(scheme), Address(scheme, key), bytes);
    }
}
