using ParquetPool.Columns;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Tests.Overlaps;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class CopiedPicturesTests : IDisposable
{
    private const int Rows = 24;
    private const int Side = 12;
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Altered_copies_are_sought_as_rows_are_with_their_pictures_laid_over_others()
    {
        Write();
        var options = folder.Options with { Train = [], Pairs = new() { Recall = 0.5 } };
        var with = await Similarity(options);
        var again = await Similarity(options with { Search = new() { Threads = 1, Kept = (folder.PathOf("cache"), long.MaxValue) } });
        var without = await Similarity(options with { Pairs = options.Pairs with { Overlap = 0 } });

        again.Should().Be(with);
        with.Should().BeGreaterThan(without, "a moved copy's pixels are less alike than its picture, laid over the original");
    }

    /// <summary>The similarity from which on half of the altered copies are found.</summary>
    private static async Task<double> Similarity(AuditOptions options) => (await AuditFolder.RunAsync(options, Stopping)).Calibration!.Single().Similarity!.Value;

    /// <summary>Pictures of thin stripes at several angles, whose small numbers are the same pictures.</summary>
    private void Write()
    {
        var facts = new PoolFacts(new Dictionary<string, string> { ["features"] = $"{Side}x{Side}" }, []);
        using var writer = new ShardWriter(
            Path.Combine(folder.Test, "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, Side * Side), new("image", ShardType.Image)], facts.In(new Provenance("test")));
        var (small, large) = (Pictures(Side), Pictures(60));
        writer.Write(Rows, Enumerable.Range(0, Rows).Select(i => $"r{i:00}").ToArray(), small.SelectMany(levels => levels.Cast<byte>().Select(level => level / 255f)).ToArray(), large.Select((levels, i) => new ImageCell(Texture.File(levels), $"r{i}")).ToArray());
        writer.Complete();

        static byte[][,] Pictures(int side) => [.. Enumerable.Range(0, Rows).Select(i => new Texture((ulong)(30 + i)).Seen(0, 0, 1, 1, side, side))];
    }
}
