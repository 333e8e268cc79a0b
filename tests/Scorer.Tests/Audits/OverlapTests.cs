using ParquetPool.Columns;
using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Tests.Overlaps;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class OverlapTests : IDisposable
{
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_crop_is_its_originals_neighbour_though_other_vectors_are_nearer()
    {
        Splits();
        var summary = await AuditFolder.RunAsync(folder.Options, Stopping);

        var crop = Pair("crop");
        crop["train_id"].Should().Be("s3");
        crop["overlap"].Should().MatchRegex("^the first is (4[5-9]|5[0-5]) % by (4[5-9]|5[0-5]) % of the second; turned by 90°$");
        (double.Parse(crop["similarity"]) > 0.7, Math.Round(double.Parse(crop["cosine"]), 3)).Should().Be((true, 0.6));
        double.Parse(crop["distance"]).Should().BeApproximately(1 - double.Parse(crop["similarity"]), 1e-12);
        crop["mutual"].Should().BeOneOf("true", "True");
        (Pair("other")["train_id"], Pair("other")["overlap"]).Should().Be(("s0", ""));
        summary.Speed.Overlaps!.Pairs.Should().BeGreaterThan(0);
        FinishedAudit.Open(folder.Out).Pairs.Single(pair => pair.Overlap is not null).Test.Id.Should().Be("crop");
        File.ReadAllText(Path.Combine(folder.Out, "report.html")).Should().Contain("turned by 90");

        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Overlap = 0 } }, Stopping);
        (Pair("crop")["train_id"], Pair("crop")["overlap"], Pair("crop")["cosine"]).Should().Be(("s0", "", Pair("crop")["similarity"]));
        FinishedAudit.Open(folder.Out).Pairs.Should().OnlyContain(pair => pair.Overlap == null);
    }

    [Fact]
    public async Task Threads_shards_and_parts_change_no_byte()
    {
        Splits();
        await AuditFolder.RunAsync(folder.Options, Stopping);
        var whole = Sorted();
        Directory.Delete(folder.Train, recursive: true);
        Write("train", "b", Scenes(4..8));
        Write("train", "a", Scenes(0..4));
        await AuditFolder.RunAsync(folder.Options with { Search = new() { Threads = 1, PartRows = 1 } }, Stopping);
        Sorted().Should().Equal(whole);

        List<string> Sorted() => [.. folder.Pairs().Select(pair => string.Join('|', pair.Where(of => !of.Key.EndsWith("_shard", StringComparison.Ordinal) && !of.Key.EndsWith("_row", StringComparison.Ordinal)).Select(of => of.Value))).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Inside_a_split_a_pair_stands_once_whichever_row_found_it()
    {
        Write("test", "a", [.. Scenes(0..8), Crop("a-crop"), Crop("z-crop")]);
        await AuditFolder.RunAsync(folder.Options with { Train = [], Pairs = new() { Neighbours = 3 } }, Stopping);

        var pairs = folder.Pairs();
        pairs.Select(pair => (pair["test_id"], pair["train_id"])).Should().OnlyHaveUniqueItems();
        pairs.Single(pair => (pair["test_id"], pair["train_id"]) == ("a-crop", "s3"))["overlap"].Should().StartWith("the first is");
        pairs.Single(pair => (pair["test_id"], pair["train_id"]) == ("s3", "z-crop"))["overlap"].Should().StartWith("the second is");
    }

    [Fact]
    public async Task Overlaps_want_pictures_and_nearest_rows()
    {
        folder.Write("train", "a", [("a", [1, 2], null)], labels: false);
        folder.Write("test", "a", [("b", [2, 1], null)], labels: false);

        (await AuditFolder.RunAsync(folder.Options, Stopping)).Speed.Overlaps.Should().BeNull();
        await FluentActions.Awaiting(() => AuditFolder.RunAsync(folder.Options with { Pairs = new() { Overlap = 4 } }, Stopping)).Should().ThrowAsync<UsageException>().WithMessage("--overlap 4 is given and not all shards*");
        await FluentActions.Awaiting(() => AuditFolder.RunAsync(folder.Options with { Pairs = new() { Overlap = 4, AllPairs = true, Threshold = 0.9 } }, Stopping)).Should().ThrowAsync<UsageException>().WithMessage("--overlap and --all-pairs*");
        await FluentActions.Awaiting(() => AuditFolder.RunAsync(folder.Options with { Pairs = new() { Overlap = -1 } }, Stopping)).Should().ThrowAsync<UsageException>().WithMessage("--overlap*");
    }

    private IReadOnlyDictionary<string, string> Pair(string test) => folder.Pairs().Single(pair => pair["kind"] == "test-train" && pair["test_id"] == test);

    /// <summary>Eight scenes, of which the first has the vector nearest to that of a turned part of the fourth.</summary>
    private void Splits()
    {
        Write("train", "a", Scenes(0..8));
        Write("test", "a", Crop("crop"), ("other", [0.9f, 0.1f, -0.2f], new Texture(50).Seen(0, 0, 1, 0.75, 120, 90)), ("broken", [0.1f, 0.1f, 0.2f], null));
    }

    private static (string, float[], byte[,]?) Crop(string id) => (id, [0.8f, 0.6f, 0], Texture.Turned(new Texture(13).Seen(0.3, 0.1, 0.5, 0.375, 120, 90)));

    private static (string, float[], byte[,]?)[] Scenes(Range which) =>
        [.. Enumerable.Range(0, 8).Take(which).Select(i => ($"s{i}", i == 3 ? new float[] { 0, 1, 0 } : [1, 0, 0.05f * i], (byte[,]?)new Texture((ulong)(10 + i)).Seen(0, 0, 1, 0.75, 128, 96)))];

    private void Write(string split, string shard, params (string Id, float[] Vector, byte[,]? Levels)[] rows)
    {
        using var writer = new ShardWriter(Path.Combine(folder.PathOf(split), shard + ".parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 3), new("image", ShardType.Image)], new Provenance("test"));
        writer.Write(rows.Length, rows.Select(row => row.Id).ToArray(), rows.SelectMany(row => row.Vector).ToArray(), rows.Select(row => new ImageCell(row.Levels is { } levels ? Texture.File(levels) : [0xFF, 0xD8, 0xFF, 0], row.Id)).ToArray());
        writer.Complete();
    }
}
