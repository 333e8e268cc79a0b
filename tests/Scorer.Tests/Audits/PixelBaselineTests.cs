using ParquetPool.Scorer.Tests.Embedders;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class PixelBaselineTests : IDisposable
{
    private const int Rows = 60;
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_is_compared_is_measured_against_averaged_pixels()
    {
        Write(TestBatch.Pictures(Rows, 64, 1));
        var summary = await AuditFolder.RunAsync(folder.Options with { Page = new() { Image = "8x8" }, Vectors = new() { Views = "flip" } }, Stopping);
        summary.Views.Should().Be(2);
        summary.Baseline!.Copies.Should().Be(Rows);
        summary.Baseline.FoundByPixels.Should().BeInRange(0.2, 1);
        summary.Baseline.Found.Should().BeInRange(0.2, 1);

        (await AuditFolder.RunAsync(folder.Options with { Page = new() { Image = "8x8" }, Vectors = new() { Pixels = 1 } }, Stopping)).Baseline.Should().BeNull("they are the baseline");
        (await AuditFolder.RunAsync(folder.Options, Stopping)).Baseline.Should().BeNull("the numbers are no pictures");
    }

    [Fact]
    public async Task A_picture_of_one_colour_is_compared_too()
    {
        var pictures = TestBatch.Pictures(Rows, 64, 2);
        pictures[3] = [.. Enumerable.Repeat(0.1f, 64)];
        Write(pictures);
        var summary = await AuditFolder.RunAsync(folder.Options with { Page = new() { Image = "8x8" }, Vectors = new() { Columns = ["features"], Pixels = 0.5 } }, Stopping);
        summary.Rejected.Should().Be(0);
        folder.Pairs().Where(p => p["kind"] == "test-train" && p["test_id"] == "q3").Should().ContainSingle().Which["train_id"].Should().Be("t3");
    }

    [Fact]
    public async Task A_mirrored_copy_is_found_by_views()
    {
        var pictures = TestBatch.Pictures(Rows, 64, 3);
        Write(pictures, [.. pictures.Select(picture => picture.Chunk(8).SelectMany(row => row.Reverse()).ToArray())]);
        await AuditFolder.RunAsync(folder.Options with { Page = new() { Image = "8x8" }, Vectors = new() { Pixels = 1, Views = "flip" } }, Stopping);
        folder.Pairs().Where(p => p["kind"] == "test-train").Should().HaveCount(Rows)
            .And.OnlyContain(p => p["test_id"].Substring(1) == p["train_id"].Substring(1) && p["similarity"] == "1");
    }

    private void Write(float[][] train, float[][]? test = null)
    {
        folder.Write("train", "a", [.. train.Select((v, i) => ($"t{i}", v, (string?)null))]);
        folder.Write("test", "a", [.. (test ?? train).Select((v, i) => ($"q{i}", v, (string?)null))]);
    }
}
