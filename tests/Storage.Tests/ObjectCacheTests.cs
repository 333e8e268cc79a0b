using System.Collections.Concurrent;
using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Storage.Tests;

public sealed class ObjectCacheTests(ObjectStores stores) : IDisposable
{
    private const int Bytes = 1_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheLeastRecentlyUsedMakesRoom()
    {
        var objects = Objects("lru", 4);
        var cache = new ObjectCache(folder.File("cache", "x")[..^2], 3 * Bytes, new SteppingClock(), Patience);
        foreach (var at in new[] { 0, 1, 2, 0, 3 })
        {
            cache.Open(objects[at]).Dispose();
        }

        stores.Of(StorageAddress.S3).Delete(objects[0].Address);
        using (var kept = cache.Open(objects[0]))
        {
            File.ReadAllBytes(kept.Path).Should().Equal(TestBytes.Of(Bytes));
        }
        stores.Of(StorageAddress.S3).Delete(objects[1].Address);
        FluentActions.Invoking(() => cache.Open(objects[1])).Should().Throw<DataException>("it was used least recently, so it is fetched again");
        Held().Should().BeLessThanOrEqualTo(3 * Bytes);
    }

    [Fact]
    public void WhatIsReadStaysAndWhoFindsNoRoomIsToldSo()
    {
        var objects = Objects("held", 3);
        var cache = Cache(2 * Bytes);
        using var first = cache.Open(objects[0]);
        using var second = cache.Open(objects[1]);

        FluentActions.Invoking(() => cache.Open(objects[2])).Should().Throw<IOException>().WithMessage("*has 1.0 MB, the cache*takes 2.0 MB, most of which is being read: raise --cache-megabytes");
        File.Exists(first.Path).Should().BeTrue();
        second.Dispose();
        cache.Open(objects[2]).Dispose();
        File.Exists(second.Path).Should().BeFalse();
    }

    [Fact]
    public void AnObjectLargerThanTheCacheIsRefused() =>
        FluentActions.Invoking(() => Cache(Bytes - 1).Open(Objects("large", 1)[0])).Should().Throw<IOException>().WithMessage("*has 1.0 MB, the cache*takes 1.0 MB: raise --cache-megabytes");

    [Fact]
    public void AnotherVersionOfAnObjectIsAnotherFile()
    {
        var cache = Cache(10 * Bytes);
        var before = Objects("versions", 1)[0];
        cache.Open(before).Dispose();
        var after = Written("versions/0", Bytes + 1);

        using var file = cache.Open(after);

        File.ReadAllBytes(file.Path).Should().Equal(TestBytes.Of(Bytes + 1));
    }

    [Fact]
    public void WhatAKilledRunLeftHalfFetchedIsRemoved()
    {
        var left = folder.File("cache", "0123.99-1.part");
        File.WriteAllBytes(left, new byte[2 * Bytes]);

        Cache(2 * Bytes).Open(Objects("left", 1)[0]).Dispose();

        File.Exists(left).Should().BeFalse();
    }

    [Fact]
    public void ManyReadersOfASmallCacheAllReadTheirObject()
    {
        var objects = Objects("many-readers", 12);
        var seen = new ConcurrentBag<int>();

        Parallel.For(0, 96, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            // A cache of its own: as runs of their own would, they share the folder alone.
            using var file = new ObjectCache(folder.File("cache", "x")[..^2], 9 * Bytes, TimeProvider.System, TimeSpan.FromMinutes(2)).Open(objects[i % 12]);
            File.ReadAllBytes(file.Path).AsSpan().SequenceEqual(TestBytes.Of(Bytes + (i % 12))).Should().BeTrue();
            seen.Add(i);
        });

        seen.Should().HaveCount(96);
        Held().Should().BeLessThanOrEqualTo(9 * Bytes);
        Directory.EnumerateFiles(folder.File("cache", "x")[..^2], "*.part").Should().BeEmpty();
    }

    [Fact]
    public void OfAParquetObjectTheFooterAloneTellsColumnsAndRows()
    {
        var path = folder.File("shard.parquet");
        using (var writer = new ShardWriter(path, [new("id", ShardType.Text), new("features", ShardType.FloatBlob, 64)]))
        {
            writer.Write(5_000, Enumerable.Range(0, 5_000).Select(i => $"row-{i}").ToArray(), Array.ConvertAll(TestBytes.Of(5_000 * 64), b => (float)b));
            writer.Complete();
        }
        var stored = Written("footer/shard.parquet", path);
        var cache = Cache(Bytes);

        using var footer = cache.OpenFooter(stored);

        stored.Bytes.Should().BeGreaterThan(500_000);
        new FileInfo(footer.Path).Length.Should().BeLessThan(10_000);
        var shards = ShardSet.Resolve([footer.Path]);
        shards.CountRows().Should().Be(5_000);
        shards.HasColumn("features").Should().BeTrue();
        shards.VectorColumns().Should().Equal("features");
    }

    private ObjectCache Cache(long limit) => new(folder.File("cache", "x")[..^2], limit, TimeProvider.System, Patience);

    private long Held() => new DirectoryInfo(folder.File("cache", "x")[..^2]).EnumerateFiles().Sum(f => f.Length);

    private List<StoredObject> Objects(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => Written($"{prefix}/{i}", Bytes + (prefix == "many-readers" ? i : 0)))];

    private StoredObject Written(string key, int count)
    {
        File.WriteAllBytes(folder.File("object"), TestBytes.Of(count));
        return Written(key, folder.File("object"));
    }

    private StoredObject Written(string key, string file)
    {
        var (store, address) = (stores.Of(StorageAddress.S3), new StorageAddress(StorageAddress.S3, ObjectStores.Container, $"cached/{key}"));
        store.Write(file, address);
        return store.Find(address)!;
    }

    /// <summary>A second later at every look, so that the order of uses is known.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long seconds;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(Interlocked.Increment(ref seconds));
    }
}
