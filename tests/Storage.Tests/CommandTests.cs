using ParquetPool.Shards;

namespace ParquetPool.Storage.Tests;

/// <summary>The commands on addresses do what they do on paths: the same bytes.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly ObjectStores stores;
    private readonly TestFolder folder = new();
    private readonly Programs programs;

    public CommandTests(ObjectStores stores)
    {
        this.stores = stores;
        programs = new Programs(stores.Environment(), folder.File("cache"));
        TestPool.Write(folder);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task APoolLargerThanTheCacheIsScoredInAStoreWithTheBytesOfOneOnThisMachine(string scheme)
    {
        var at = Upload(scheme, "score");
        var local = folder.File("scored");
        await programs.Succeeds("scorer", "score", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", local, "--top", "50", "--exclude", folder.File("labels.csv"));

        var summary = await programs.Succeeds(
            "scorer", "score", "--model", $"{at}/model.onnx", "--pool", $"{at}/pool/*.parquet", "--out", $"{at}/scored", "--top", "50", "--exclude", $"{at}/labels.csv", "--cache-megabytes", "1");

        summary.GetProperty("rankedCsv").GetString().Should().Be($"{at}/scored/ranked.csv");
        Objects($"{at}/scored").Should().BeEquivalentTo(Hashes(local));
        Text($"{at}/scored/run.json").Should().Contain($"{at}/pool/shard-3.parquet").And.Contain($"\"path\": \"{at}/model.onnx\"");
        new DirectoryInfo(folder.File("cache")).EnumerateFiles().Sum(f => f.Length).Should().BeInRange(1, 1_000_000).And.BeLessThan(TestPool.Shards * TestPool.ShardBytes);
        Directory.EnumerateDirectories(folder.File("cache", "out")).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task PartitionsAreMergedAndRowsSelectedFromAStore(string scheme)
    {
        var at = Upload(scheme, "merge");
        foreach (var part in new[] { "1", "2" })
        {
            await programs.Succeeds("scorer", "score", "--model", $"{at}/model.onnx", "--pool", $"{at}/pool", "--out", $"{at}/parts/{part}", "--partition", $"{part}/2");
        }
        await programs.Succeeds("scorer", "score", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File("scored"));
        await programs.Succeeds("scorer", "select", "--scores", folder.File("scored"), "--strategy", "coreset", "--top", "20", "--column", "features", "--no-near-duplicates", "0.99", "--out", folder.File("query"));

        await programs.Succeeds("scorer", "merge", "--scores", $"{at}/parts/2", $"{at}/parts/1", "--out", $"{at}/merged");
        await programs.Succeeds("scorer", "select", "--scores", $"{at}/merged", "--strategy", "coreset", "--top", "20", "--column", "features", "--no-near-duplicates", "0.99", "--out", $"{at}/query");

        Objects($"{at}/merged").Where(f => f.Key != WrittenFiles.FileName).Should().BeEquivalentTo(
            Hashes(folder.File("scored")).Where(f => !f.Key.StartsWith("scores/", StringComparison.Ordinal) && f.Key != WrittenFiles.FileName));
        Objects($"{at}/query").Should().Contain(Hashes(folder.File("query")).Where(f => f.Key.StartsWith("selected", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task ARunThatWasKilledGoesOnHereAndOnAnotherMachine(string scheme)
    {
        var at = Upload(scheme, "resume");
        string[] score = ["score", "--model", $"{at}/model.onnx", "--pool", $"{at}/pool", "--out", $"{at}/scored", "--passes", "400", "--threads", "1"];
        for (var kills = 0; kills < 2; kills++)
        {
            using var killed = programs.Start("scorer", score);
            while (!killed.HasExited && Listed($"{at}/scored").Count(stored => stored.Address.Key.EndsWith(".json", StringComparison.Ordinal)) <= kills)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
            killed.ExitCode.Should().Be(128 + 9, "there is work left when the first shards are there");
        }
        await programs.Succeeds("scorer", ["score", "--model", folder.File("model.onnx"), "--pool", folder.File("pool"), "--out", folder.File("scored"), "--passes", "400"]);

        var elsewhere = await new Programs(stores.Environment(), folder.File("elsewhere")).Succeeds("scorer", score);

        elsewhere.GetProperty("rowsReused").GetInt64().Should().BeGreaterThanOrEqualTo(2 * TestPool.RowsPerShard);
        Objects($"{at}/scored").Should().BeEquivalentTo(Hashes(folder.File("scored")));
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task WhatAnEarlierRunLeftOfOtherShardsIsRemovedAndNothingElse(string scheme)
    {
        var at = Upload(scheme, "stale");
        await programs.Succeeds("scorer", "score", "--model", $"{at}/model.onnx", "--pool", $"{at}/pool", "--out", $"{at}/scored");
        Put(folder.File("labels.csv"), $"{at}/scored/notes.txt");

        await programs.Succeeds("scorer", "score", "--model", $"{at}/model.onnx", "--pool", $"{at}/pool/shard-[01].parquet".Replace("[01]", "?"), $"--out={at}/scored", "--partition", "1/2");

        var names = Objects($"{at}/scored").Keys;
        names.Should().Contain("notes.txt").And.Contain(name => name.StartsWith("scores/", StringComparison.Ordinal));
        names.Count(name => name.EndsWith(".parquet", StringComparison.Ordinal) && name.StartsWith("scores/", StringComparison.Ordinal)).Should().BeInRange(1, TestPool.Shards - 1);
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task SplitsInAStoreAreAuditedWithTheBytesOfThoseOnThisMachine(string scheme)
    {
        var at = Upload(scheme, "audit");
        await programs.Succeeds("scorer", "audit", "--train", folder.File("pool", "shard-0.parquet"), "--test", folder.File("pool", "shard-1.parquet"), "--out", folder.File("audited"));

        var summary = await programs.Succeeds("scorer", "audit", "--train", $"{at}/pool/shard-0.parquet", "--test", $"{at}/pool/shard-1.parquet", "--out", $"{at}/audited");

        summary.GetProperty("out").GetString().Should().Be($"{at}/audited");
        var (found, expected) = (Objects($"{at}/audited"), Hashes(folder.File("audited")));
        found.Keys.Should().BeEquivalentTo([.. expected.Keys, "audit.json"]);
        found["pairs.csv"].Should().Be(expected["pairs.csv"]);
        found["pairs.parquet"].Should().Be(expected["pairs.parquet"]);
    }

    [Theory]
    [MemberData(nameof(ObjectStores.Schemes), MemberType = typeof(ObjectStores))]
    public async Task RoundsArePublishedToAStoreAndTheNewestWholeOneIsUsed(string scheme)
    {
        var at = Upload(scheme, "train");
        string[] train = ["train", "--task", "colours", "--pool", $"{at}/pool", "--labels", $"{at}/labels.csv", "--models", $"{at}/models", "--epochs", "2"];

        var first = await programs.Succeeds("trainer", train);
        var second = await programs.Succeeds("trainer", [.. train, "--epochs-per-round", "1"]);
        Put(folder.File("model.onnx"), $"{at}/models/colours/round-0003/model.onnx"); // Its manifest is still to come.

        first.GetProperty("model").GetString().Should().Be($"{at}/models/colours/round-0001");
        second.GetProperty("model").GetString().Should().Be($"{at}/models/colours/round-0002");
        Objects($"{at}/models/colours/round-0002").Keys.Should().BeEquivalentTo("model.onnx", "state.onnx", "history.parquet", "learnt.parquet", "report.html", "events.out.tfevents.0.trainer", "manifest.json");
        await programs.Succeeds("scorer", "score", "--model", $"{at}/models/colours", "--pool", $"{at}/pool", "--out", folder.File("scored"));
        File.ReadAllText(folder.File("scored", "run.json")).Should().Contain($"{at}/models/colours/round-0002/model.onnx");
    }

    /// <summary>Uploads the pool, the labels and the model below a prefix of its own.</summary>
    private string Upload(string scheme, string prefix)
    {
        var at = $"{scheme}://{ObjectStores.Container}/{prefix}";
        foreach (var file in Directory.EnumerateFiles(folder.Root, "*", SearchOption.AllDirectories))
        {
            Put(file, $"{at}/{Path.GetRelativePath(folder.Root, file)}");
        }
        return at;
    }

    private void Put(string file, string address) => Store(address).Write(file, StorageAddress.Parse(address));

    private ObjectStore Store(string address) => stores.Of(StorageAddress.Parse(address).Scheme);

    /// <summary>Every object below an address but the record of the run, which names times and places, with its hash.</summary>
    private Dictionary<string, string> Objects(string address)
    {
        var root = StorageAddress.Parse(address).Folder;
        return Listed(address).Where(o => !o.Address.Key.EndsWith("/run.json", StringComparison.Ordinal)).ToDictionary(o => o.Address.Key[root.Key.Length..], Hash);
    }

    private IReadOnlyList<StoredObject> Listed(string address) => Store(address).List(StorageAddress.Parse(address).Folder);

    private string Text(string address) => File.ReadAllText(Fetched(Store(address).Find(StorageAddress.Parse(address))!));

    private string Hash(StoredObject stored) => ContentHash.Of(Fetched(stored));

    private string Fetched(StoredObject stored)
    {
        using var file = new ObjectCache(folder.File("seen", "x")[..^2], long.MaxValue, TimeProvider.System, TimeSpan.FromMinutes(1)).Open(stored);
        return file.Path;
    }

    private static Dictionary<string, string> Hashes(string path) => Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) is not ("run.json" or "audit.json")).ToDictionary(file => Path.GetRelativePath(path, file), file => ContentHash.Of(file));
}
