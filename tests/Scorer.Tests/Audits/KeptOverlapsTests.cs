using ParquetPool.Columns;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Tests.Overlaps;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class KeptOverlapsTests : IDisposable
{
    private const int Scenes = 8;
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public KeptOverlapsTests() => Write(["s0", "s1", "s2", "s3", "s4", "s5", "s6", "crop"]);

    public void Dispose() => folder.Dispose();

    private string Cache => folder.PathOf("cache");

    [Fact]
    public async Task What_was_laid_is_not_laid_again_and_changes_no_byte()
    {
        var never = await Audit(threads: 2, kept: false);
        var without = Files();
        var first = await Audit(threads: 2);
        Files().Should().Equal(without);
        var again = await Audit(threads: 1);
        Files().Should().Equal(without);

        (never.Laid, first.Laid).Should().Be((Scenes * (Scenes - 1) / 2, never.Laid), "a pair is laid once though both of its rows ask for it");
        (again.Laid, again.Pairs).Should().Be((0, first.Pairs));

        Write(["b0", "b1", "b2", "b3", "b4", "b5", "b6", "a-crop"], another: true);
        (await Audit(threads: 2)).Laid.Should().Be(Scenes - 1, "the new picture with each of the others, which have new names");
    }

    [Fact]
    public async Task What_is_damaged_is_laid_anew()
    {
        await Audit(threads: 2);
        var before = Files();
        foreach (var (i, file) in Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories).Order().Index())
        {
            var bytes = File.ReadAllBytes(file);
            bytes[^20] ^= 1;
            File.WriteAllBytes(file, i % 2 == 0 ? bytes : bytes[..^28]);
        }

        (await Audit(threads: 2)).Laid.Should().BeGreaterThan(0);
        Files().Should().Equal(before);
    }

    [Fact]
    public async Task The_cache_takes_no_more_than_it_may_and_an_audit_does_without_one_that_cannot_be_written()
    {
        await Audit(threads: 2, limit: 300);
        Directory.EnumerateFiles(Cache, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length).Should().BeInRange(1, 300);
        var before = Files();

        Directory.Delete(Cache, recursive: true);
        File.WriteAllText(Cache, "no folder");
        (await Audit(threads: 2)).Laid.Should().BeGreaterThan(0);
        Files().Should().Equal(before);
    }

    private async Task<OverlapSpeed> Audit(int threads, bool kept = true, long limit = long.MaxValue) =>
        (await AuditFolder.RunAsync(folder.Options with { Train = [], Search = new() { Threads = threads, Kept = kept ? (Cache, limit) : null } }, Stopping)).Speed.Overlaps!;

    private IReadOnlyList<string> Files() => [.. folder.Pairs().Select(pair => string.Join('|', pair.Values))];

    private void Write(string[] ids, bool another = false)
    {
        using var writer = new ShardWriter(Path.Combine(folder.Test, "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 2), new("image", ShardType.Image)], new Provenance("test"));
        var pictures = ids.Select((id, i) => new ImageCell(Texture.File(new Texture((ulong)(i + 1 == ids.Length ? 3 : 10 + i)).Seen(0, 0, another && i == 2 ? 0.6 : 1, 0.75, 64, 48)), id)).ToArray();
        writer.Write(ids.Length, ids, ids.SelectMany((_, i) => new[] { 1, 0.05f * i }).ToArray(), pictures);
        writer.Complete();
    }
}
