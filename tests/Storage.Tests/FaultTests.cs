namespace ParquetPool.Storage.Tests;

public sealed class FaultTests(ObjectStores stores) : IDisposable
{
    private const int Bytes = 1_500_000;
    private readonly TestFolder folder = new();

    public static TheoryData<string, Fault> Cases() =>
    [
        .. from scheme in new[] { StorageAddress.S3, StorageAddress.Azure } from fault in new[] { Fault.Reset, Fault.Truncated, Fault.Silent, Fault.Slow, Fault.Busy } select (scheme, fault),
    ];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void AnObjectIsFetchedWholeThoughConnectionsFail(string scheme, Fault fault)
    {
        var address = Written(scheme);
        using var proxy = new FaultProxy(stores.Port(scheme), fault, times: 2);
        var store = stores.Of(scheme, proxy.Port);

        using var file = Cache().Open(store.Find(address)!);

        proxy.Left.Should().Be(0);
        File.ReadAllBytes(file.Path).Should().Equal(TestBytes.Of(Bytes));
    }

    [Fact]
    public void WhatArrivesDamagedIsFetchedAgain()
    {
        var address = Written(StorageAddress.S3);
        using var proxy = new FaultProxy(stores.Port(StorageAddress.S3), Fault.Damaged, times: 2);
        var stored = stores.Of(StorageAddress.S3).Find(address)! with { Store = stores.Of(StorageAddress.S3, proxy.Port) };

        using var file = Cache().Open(stored);

        proxy.Left.Should().Be(0);
        File.ReadAllBytes(file.Path).Should().Equal(TestBytes.Of(Bytes));
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void AServerThatStaysBusyIsAFailureThatLeavesNothing(string scheme)
    {
        using var proxy = new FaultProxy(stores.Port(scheme), Fault.Busy, times: int.MaxValue);

        Fails(scheme, proxy.Port, "the server answers 503*");
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void AServerThatIsNotThereIsAFailureThatLeavesNothing(string scheme)
    {
        var gone = new FaultProxy(stores.Port(scheme), Fault.None, times: 0);
        gone.Dispose();

        Fails(scheme, gone.Port, "the server cannot be reached (ConnectionRefused)*");
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public void AnObjectIsWrittenWholeThoughTheServerIsBusy(string scheme)
    {
        using var proxy = new FaultProxy(stores.Port(scheme), Fault.Busy, times: 2);
        File.WriteAllBytes(folder.File("object"), TestBytes.Of(Bytes));
        var address = new StorageAddress(scheme, ObjectStores.Container, "busy/object");

        stores.Of(scheme, proxy.Port).Write(folder.File("object"), address);

        using var file = Cache().Open(stores.Of(scheme).Find(address)!);
        File.ReadAllBytes(file.Path).Should().Equal(TestBytes.Of(Bytes));
    }

    private void Fails(string scheme, int port, string told)
    {
        var address = Written(scheme);
        var stored = stores.Of(scheme).Find(address)! with { Store = stores.Of(scheme, port) };

        FluentActions.Invoking(() => Cache().Open(stored)).Should().Throw<IOException>().WithMessage($"{address}: {told}");

        Directory.EnumerateFiles(folder.File("cache", "x")[..^2]).Select(Path.GetFileName).Should().Equal("cache.lock");
    }

    private ObjectCache Cache() => new(folder.File("cache", "x")[..^2], 10 * Bytes, TimeProvider.System, TimeSpan.FromSeconds(1));

    private StorageAddress Written(string scheme)
    {
        File.WriteAllBytes(folder.File("object"), TestBytes.Of(Bytes));
        var address = new StorageAddress(scheme, ObjectStores.Container, "faults/object");
        stores.Of(scheme).Write(folder.File("object"), address);
        return address;
    }
}
