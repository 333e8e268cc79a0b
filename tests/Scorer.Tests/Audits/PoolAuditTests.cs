using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Purging;
using ParquetPool.Scorer.Tests.Neighbours;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Tests.Audits;

/// <summary>Audits of one set of shards, whose splits a column or a label file tells.</summary>
public sealed class PoolAuditTests : IDisposable
{
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false, 512, 100)]
    [InlineData(true, 512, 100)]
    [InlineData(false, 1, 40)]
    [InlineData(true, 1, 40)]
    public async Task TheSplitsOfAColumnHaveThePairsOfSplitsOfTheirOwn(bool allPairs, int megabytes, int partRows)
    {
        string[] splits = [.. Enumerable.Range(0, 300).Select(i => i % 7 == 3 ? "test" : i % 7 == 5 ? "validation" : "train")];
        // At 1 MiB no split of 1,200 bytes a row stays.
        var rows = Corpora.Random(300, megabytes == 1 ? 2000 : 40, 1).Select((vector, i) => (Id: (string?)$"r{i}", vector, Label: (string?)$"{i % 3}")).ToArray();
        foreach (var split in splits.Distinct())
        {
            folder.Write(split, "a", [.. rows.Where((_, i) => splits[i] == split)]);
        }
        WritePool(rows, splits, 70);
        var search = folder.Options with { Pairs = new() { Neighbours = 2, Threshold = allPairs ? 0.32 + (1.5 / Math.Sqrt(rows[0].vector.Length)) : null, AllPairs = allPairs } };
        var expected = new List<string>();
        foreach (var (split, other) in new[] { ("validation", "train"), ("test", "train"), ("validation", "test"), ("train", "train") })
        {
            var two = search with { Test = [folder.PathOf(split)], Train = split == other ? [] : [folder.PathOf(other)] };
            await AuditFolder.RunAsync(two, Stopping);
            expected.AddRange(folder.Pairs().Where(p => p["kind"] != "test-test" || split == other || other == "train")
                .Select(p => (p["kind"] == "test-train" ? $"{split}-{other} " : $"{split}-{split} ") + Values(p)));
        }
        expected.Should().HaveCountGreaterThan(300);

        var summary = await AuditFolder.RunAsync(OfPool(search) with { SplitColumn = "split", Search = OfPool(search).Search with { VectorMegabytes = megabytes, PartRows = partRows } }, Stopping);

        summary.Splits.Select(split => split.Name).Should().Equal("train", "test", "validation");
        var pairs = folder.Pairs();
        pairs.Select(p => p["kind"] + " " + Values(p)).Order(StringComparer.Ordinal).Should().Equal(expected.Order(StringComparer.Ordinal));
        pairs.Should().OnlyContain(p => p["kind"] == $"{p["split"]}-{p["other_split"]}");
        foreach (var pair in pairs)
        {
            var row = int.Parse(pair["test_id"][1..], System.Globalization.CultureInfo.InvariantCulture);
            (pair["split"], pair["test_shard"], pair["test_row"]).Should().Be((splits[row], $"s{row / 70}", $"{row % 70}"));
        }
        FinishedAudit.Open(folder.Out).Pairs.Should().HaveCount(pairs.Count);
    }

    [Fact]
    public async Task RowsWithoutASplitAreRejectedAndAnIdMayStandOnceInEach()
    {
        WritePool([("a", [1, 0], null), ("a", [1, 0.1f], null), ("b", [0, 1], null), ("b", [1, 1], null)], ["train", "test", null, "train"], 10);

        var summary = await AuditFolder.RunAsync(OfPool(folder.Options) with { SplitColumn = "split" }, Stopping);

        summary.Rejected.Should().Be(1);
        folder.Rows("rejects.parquet", "id", "reason").Should().Equal(("b", "split is null"));
        folder.Pairs().Select(p => $"{p["kind"]} {p["test_id"]} {p["train_id"]}").Should().Equal("test-train a a", "train-train a b");
    }

    [Fact]
    public async Task RowsThatDoubleALabelledRowAreFoundAndItsLabelIsTheFilesOwn()
    {
        WritePool([("l0", [1, 0, 0], "old"), ("l1", [0, 1, 0], "old"), ("p0", [1, 0, 0], null), ("p1", [0, 1, 0.1f], "dog"), ("p2", [0, 0, 1], null)], ["x", "x", "x", "x", "x"], 2);
        await File.WriteAllLinesAsync(folder.PathOf("labels.csv"), ["id,label", "l0,cat", "l1,dog"], Stopping);

        var summary = await AuditFolder.RunAsync(OfPool(folder.Options) with { Labelled = [folder.PathOf("labels.csv")], Pairs = new() { Threshold = 0.9 } }, Stopping);

        summary.Splits.Should().Equal(new SplitRows("labelled", 2), new SplitRows("pool", 3));
        folder.Pairs().Select(p => $"{p["kind"]} {p["test_id"]} {p["train_id"]} {p["train_label"]} {p["label_agrees"]}").Should().Equal("pool-labelled p0 l0 cat ", "pool-labelled p1 l1 dog true");

        var purge = await PurgeAsync(new PurgeOptions(folder.Out, folder.PathOf("purged")) { Threshold = 0.9 });
        Ids("purged/pool").Should().Equal("l0", "l1", "p2");
        (purge.Rows, purge.Leaked).Should().Be((5, 2));
    }

    [Fact]
    public async Task PurgeKeepsRowsInTheOrderOfTheSplitsItIsGiven()
    {
        WritePool(
            [("t0", [1, 0, 0], null), ("t1", [1, 0, 0], null), ("v0", [1, 0, 0.01f], null), ("v1", [0, 1, 0], null), ("q0", [0, 1, 0.01f], null), ("q1", [0, 0, 1], null), ("q2", [0, 0.01f, 1], null)],
            ["train", "train", "val", "val", "test", "test", "test"], 3);
        await AuditFolder.RunAsync(OfPool(folder.Options) with { SplitColumn = "split", Pairs = new() { Threshold = 0.9, AllPairs = true } }, Stopping);
        var options = new PurgeOptions(folder.Out, folder.PathOf("purged")) { Threshold = 0.9 };

        await PurgeAsync(options with { Keep = ["train", "val", "test"] });
        Ids("purged/pool").Should().Equal("t0", "t1", "v1", "q1");
        await PurgeAsync(options with { Keep = ["test", "val", "train"] });
        Ids("purged/pool").Should().Equal("v0", "q0", "q1", "q2");

        foreach (var keep in new[] { Array.Empty<string>(), ["train", "test"], ["train", "val", "val"] })
        {
            var wrong = () => PurgeAsync(options with { Keep = keep });
            await wrong.Should().ThrowAsync<UsageException>().WithMessage("--keep*expected the splits of the audit*test,train,val*");
        }
    }

    [Fact]
    public async Task WhatCannotBeSplitIsNamed()
    {
        WritePool([.. Enumerable.Range(0, 20).Select(i => ((string?)$"r{i}", new float[] { 1, i }, (string?)$"{i}"))], [.. Enumerable.Repeat("train", 20)], 10);
        await File.WriteAllLinesAsync(folder.PathOf("labels.csv"), ["id,label", "r1,cat", "nobody,dog"], Stopping);
        await File.WriteAllLinesAsync(folder.PathOf("all.csv"), ["id,label", .. Enumerable.Range(0, 20).Select(i => $"r{i},cat")], Stopping);
        var pool = OfPool(folder.Options);
        await Fails<UsageException>(pool, "*--pool with one of --split-column and --labelled*");
        await Fails<UsageException>(pool with { SplitColumn = "split", Labelled = [folder.PathOf("labels.csv")] }, "*one of*");
        await Fails<UsageException>(folder.Options with { SplitColumn = "split" }, "*--pool*");
        await Fails<DataException>(pool with { SplitColumn = "fold" }, "*no column fold*");
        await Fails<DataException>(pool with { SplitColumn = "label" }, "*more than 8 values*");
        await Fails<DataException>(pool with { Labelled = [folder.PathOf("labels.csv")] }, "1 of 2 labelled ids*nobody*");
        await Fails<DataException>(pool with { Labelled = [folder.PathOf("all.csv")] }, "every row of the pool is labelled*");
        WritePool([.. Enumerable.Range(0, 20).Select(i => ((string?)$"r{i}", new float[] { 1, i }, (string?)null))], [.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? "train" : "Train")], 10);
        await Fails<DataException>(pool with { SplitColumn = "split" }, "*column split has 'Train' and 'train', which may be one split*");
    }

    private static AuditOptions OfPool(AuditOptions options) => options with { Train = [], Test = [], Pool = [Path.Combine(Path.GetDirectoryName(options.Out)!, "pool")] };

    private static string Values(IReadOnlyDictionary<string, string> pair) =>
        string.Join(' ', pair.Where(p => p.Key is not ("kind" or "split" or "other_split" or "test_shard" or "test_row" or "train_shard" or "train_row")).Select(p => p.Value));

    private static async Task Fails<T>(AuditOptions options, string message)
        where T : Exception
    {
        var audit = () => AuditFolder.RunAsync(options, Stopping);
        await audit.Should().ThrowAsync<T>().WithMessage(message);
    }

    private static Task<PurgeSummary> PurgeAsync(PurgeOptions options) => PurgeRun.ExecuteAsync(
        options,
        new CommandContext(Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), Stopping));

    private IEnumerable<string> Ids(string at) =>
        Directory.EnumerateFiles(folder.PathOf(at), "*.parquet").Order(StringComparer.Ordinal).SelectMany(file => TextTable.Read(file, "id").Select(row => row[0]!));

    private void WritePool((string? Id, float[] Vector, string? Label)[] rows, string?[] splits, int shardRows)
    {
        for (var from = 0; from < rows.Length; from += shardRows)
        {
            var shard = rows.Skip(from).Take(shardRows).ToList();
            using var writer = new ShardWriter(
                folder.PathOf($"pool/s{from / shardRows}.parquet"),
                [new("id", ShardType.Text), new("features", ShardType.FloatList, rows[0].Vector.Length), new("label", ShardType.Text), new("split", ShardType.Text)]);
            writer.Write(
                shard.Count, shard.Select(r => r.Id!).ToArray(), shard.SelectMany(r => r.Vector).ToArray(), shard.Select(r => r.Label!).ToArray(), splits.Skip(from).Take(shardRows).Select(s => s!).ToArray());
            writer.Complete();
        }
    }
}
