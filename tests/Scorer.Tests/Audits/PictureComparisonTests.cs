using ParquetPool.Columns;
using ParquetPool.Scorer.Tests.Embedders;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class PictureComparisonTests : IDisposable
{
    private const int Rows = 40;
    private const int Side = 8;
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();
    private readonly float[][] pictures = TestBatch.Pictures(2 * Rows, Side * Side, 1);
    private readonly float[][] vectors = TestBatch.Pictures(2 * Rows, 6, 2);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pictures_with_an_encoders_vectors_are_compared_by_these_and_by_pixels()
    {
        Write("train", "a", 0, Rows);
        Write("test", "t", Rows - 5, Rows + 10);
        await AuditFolder.RunAsync(folder.Options, Stopping);
        var found = folder.Pairs().Where(pair => pair["kind"] == "test-train" && pair["exact"] is "true" or "True").Select(pair => (pair["test_id"], pair["train_id"])).ToList();
        found.Should().BeEquivalentTo(Enumerable.Range(Rows - 5, 5).Select(i => ($"t{i}", $"a{i}")));
        File.ReadAllText(Path.Combine(folder.Out, "audit.json")).Should().MatchRegex("\"columns\":\\s*\\[\\s*\"embedding\",\\s*\"features\"\\s*\\]");

        await AuditFolder.RunAsync(folder.Options with { Vectors = new() { Columns = ["embedding"] } }, Stopping);
        File.ReadAllText(Path.Combine(folder.Out, "audit.json")).Should().MatchRegex("\"columns\":\\s*\\[\\s*\"embedding\"\\s*\\]");
    }

    [Fact]
    public async Task What_rows_have_in_common_does_not_depend_on_how_they_lie_in_shards()
    {
        Write("train", "a", 0, Rows);
        Write("test", "t", Rows, 2 * Rows);
        await AuditFolder.RunAsync(folder.Options, Stopping);
        var whole = Cosines();
        Directory.Delete(folder.Train, recursive: true);
        Write("train", "b", 0, Rows / 3, "a");
        Write("train", "a", Rows / 3, Rows);
        await AuditFolder.RunAsync(folder.Options, Stopping);
        Cosines().Should().Equal(whole);

        List<(string, string, string)> Cosines() => [.. folder.Pairs().Where(pair => pair["kind"] == "test-train").Select(pair => (pair["test_id"], pair["train_id"], pair["similarity"])).Order()];
    }

    [Fact]
    public async Task Picture_files_that_no_encoder_has_seen_are_compared_by_averaged_pixels()
    {
        WriteFiles("train", "a", 0, 10);
        WriteFiles("test", "t", 10, 20);
        var without = folder.Options with { Pairs = new() { Overlap = 0 } };
        await AuditFolder.RunAsync(without, Stopping);
        var found = Similarities();

        await AuditFolder.RunAsync(without with { Vectors = new() { Pixels = 1 } }, Stopping);
        found.Should().Equal(Similarities());
        await AuditFolder.RunAsync(without with { Vectors = new() { Columns = ["features"] } }, Stopping);
        found.Should().NotEqual(Similarities());

        List<string> Similarities() => [.. folder.Pairs().Select(pair => pair["similarity"])];
    }

    [Fact]
    public async Task Colour_pictures_that_no_encoder_has_seen_are_compared_by_colours_and_edges_too()
    {
        var (random, side) = (new Random(4), 8);
        float[] Scene() => [.. Enumerable.Range(0, 3).SelectMany(_ => (random.NextSingle(), random.NextSingle(), random.NextSingle()) is var (from, down, across) ? Enumerable.Range(0, side * side).Select(i => (from + (down * (i / side / 8f)) + (across * (i % side / 8f))) / 3) : [])];
        float[] Turned(float[] scene) => [.. Enumerable.Range(0, scene.Length).Select(i => scene[(i / 64 * 64) + (i % side * side) + side - 1 - (i % 64 / side)])];
        float[][] scenes = [.. Enumerable.Range(0, 24).Select(_ => Scene())];
        WriteColours("train", "a", scenes);
        WriteColours("test", "t", [Turned(scenes[5])]);
        var options = folder.Options with { Pairs = new() { Overlap = 0 } };

        await AuditFolder.RunAsync(options, Stopping);
        Nearest().Should().Be("a5", "a picture that was turned has the same colours");
        await AuditFolder.RunAsync(options with { Vectors = new() { Pixels = 1 } }, Stopping);
        Nearest().Should().NotBe("a5");

        string Nearest() => folder.Pairs().Single(pair => pair["kind"] == "test-train")["train_id"];
    }

    private void WriteColours(string split, string shard, float[][] scenes)
    {
        var facts = new PoolFacts(new Dictionary<string, string> { ["features"] = "3x8x8" }, []);
        using var writer = new ShardWriter(
            Path.Combine(folder.PathOf(split), shard + ".parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 3 * 8 * 8), new("image", ShardType.Image)], facts.In(new Provenance("test")));
        writer.Write(scenes.Length, scenes.Select((_, i) => $"{shard}{i}").ToArray(), scenes.SelectMany(row => row).ToArray(), scenes.Select((_, i) => new ImageCell([1], $"{i}")).ToArray());
        writer.Complete();
    }

    private void WriteFiles(string split, string shard, int first, int end)
    {
        var facts = new PoolFacts(new Dictionary<string, string> { ["features"] = $"{Side}x{Side}" }, []);
        using var writer = new ShardWriter(
            Path.Combine(folder.PathOf(split), shard + ".parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Side * Side), new("image", ShardType.Image)], facts.In(new Provenance("test")));
        writer.Write(end - first, Enumerable.Range(first, end - first).Select(i => $"{shard}{i}").ToArray(), pictures[first..end].SelectMany(row => row).ToArray(), Enumerable.Range(first, end - first).Select(i => new ImageCell([1], $"{i}")).ToArray());
        writer.Complete();
    }

    private void Write(string split, string shard, int first, int end, string? prefix = null)
    {
        var facts = new PoolFacts(new Dictionary<string, string> { ["features"] = $"{Side}x{Side}" }, []) { Encoders = new Dictionary<string, string> { ["embedding"] = "{\"encoder\":\"e\",\"sha256\":\"0\"}" } };
        using var writer = new ShardWriter(
            Path.Combine(folder.PathOf(split), shard + ".parquet"),
            [new("id", ShardType.Text), new("features", ShardType.FloatList, Side * Side), new("embedding", ShardType.FloatList, 6)], facts.In(new Provenance("test")));
        writer.Write(end - first, Enumerable.Range(first, end - first).Select(i => $"{prefix ?? shard}{i}").ToArray(), pictures[first..end].SelectMany(row => row).ToArray(), vectors[first..end].SelectMany(row => row).ToArray());
        writer.Complete();
    }
}
