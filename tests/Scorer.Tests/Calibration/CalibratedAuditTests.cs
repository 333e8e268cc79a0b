using System.Globalization;
using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Findings;
using ParquetPool.Scorer.Judging;
using ParquetPool.Scorer.Reports;
using ParquetPool.Scorer.Tests.Audits;

namespace ParquetPool.Scorer.Tests.Calibration;

public sealed class CalibratedAuditTests : IDisposable
{
    private const int Rows = 700;
    private const int Copies = 140;
    private readonly AuditFolder folder = new();

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_wanted_precision_lists_the_pairs_from_its_cosine_on()
    {
        Write(shardRows: Rows);
        var told = (await AuditFolder.RunAsync(folder.Options, Stopping)).Calibration![0];
        folder.Pairs().Should().HaveCountGreaterThan(Rows, "nothing is cut unless it is asked for");

        var summary = await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Precision = 0.9 } }, Stopping);
        summary.Calibration![0].Should().BeEquivalentTo(told);
        summary.Threshold.Should().Be(told.Similarity);
        var pairs = folder.Pairs().Where(p => p["kind"] == "test-train").ToList();
        pairs.Should().HaveCount((int)told.Pairs!.Value).And.OnlyContain(p => double.Parse(p["similarity"], CultureInfo.InvariantCulture) >= told.Similarity);
        (pairs.Count(p => IsCopy(p["test_id"], p["train_id"])) / (double)pairs.Count).Should().BeGreaterThan(0.85);
        summary.TestTest.Listed.Should().Be(0, "no two test rows are copies of each other");
        summary.Calibration[1].Lack.Should().StartWith("no similarity reaches precision 0.9");
    }

    [Fact]
    public async Task A_wanted_recall_is_that_of_altered_copies()
    {
        Write(shardRows: Rows);
        var summary = await AuditFolder.RunAsync(folder.Options with { Seed = 3, Pairs = new() { Recall = 0.8 } }, Stopping);
        summary.Calibration![0].Recall.Should().BeGreaterThanOrEqualTo(0.8).And.BeLessThan(0.82);
        folder.Pairs().Should().OnlyContain(p => double.Parse(p["similarity"], CultureInfo.InvariantCulture) >= summary.Threshold);
    }

    [Fact]
    public async Task The_calibration_is_the_same_whatever_threads_memory_and_shards_and_another_with_another_seed()
    {
        Write(shardRows: Rows);
        await AuditFolder.RunAsync(folder.Options with { Search = folder.Options.Search with { Threads = 1 } }, Stopping);
        var first = Record();
        Directory.Delete(folder.Train, recursive: true);
        Directory.Delete(folder.Test, recursive: true);
        Write(shardRows: 150);
        await AuditFolder.RunAsync(folder.Options with { Search = folder.Options.Search with { Threads = 3 } }, Stopping);
        Record().Should().Be(first);
        await AuditFolder.RunAsync(folder.Options with { Seed = 1 }, Stopping);
        Record().Should().NotBe(first);
    }

    [Fact]
    public async Task Judgements_refine_the_threshold_and_the_page_shows_both()
    {
        Write(shardRows: Rows);
        await AuditFolder.RunAsync(folder.Options, Stopping);
        var lines = folder.Pairs().Where(p => p["kind"] == "test-train").Take(250).Where((_, i) => i % 3 == 0)
            .Select(p => $"{p["test_id"]},{p["train_id"]},{(IsCopy(p["test_id"], p["train_id"]) ? 1 : 3)}").ToList();
        var file = folder.PathOf("j.csv");
        File.WriteAllLines(file, ["TestID,TrainID,Judgment", .. lines]);

        var refined = JudgeRun.Execute(folder.Out, [file]).Refined.Should().ContainSingle().Subject;
        refined.Judged.Should().Be(lines.Count);
        var listed = folder.Pairs().Where(p => p["kind"] == "test-train" && double.Parse(p["similarity"], CultureInfo.InvariantCulture) >= refined.Point!.Similarity).ToList();
        (listed.Count(p => IsCopy(p["test_id"], p["train_id"])) / (double)listed.Count).Should().BeInRange(0.8, 1);

        ReportRun.Execute(folder.Out, new ReportOptions());
        var page = File.ReadAllText(Path.Combine(folder.Out, "report.html"));
        page.Should().Contain($"\"judged\":{lines.Count}").And.Contain("\"judged\":0");
    }

    [Theory]
    [InlineData(0.9, 0.95, null, false, "*one:*")]
    [InlineData(0.9, null, 0.5, false, "*one:*")]
    [InlineData(1.5, null, null, false, "--precision 1.5 is no share*")]
    [InlineData(null, 0.0, null, false, "--recall 0 is no share*")]
    [InlineData(0.9, null, null, true, "--all-pairs*--threshold*")]
    public async Task Contradictions_are_usage_errors(double? precision, double? recall, double? threshold, bool allPairs, string message)
    {
        var run = () => AuditFolder.RunAsync(folder.Options with { Pairs = new() { Precision = precision, Recall = recall, Threshold = threshold, AllPairs = allPairs } }, Stopping);
        await run.Should().ThrowAsync<UsageException>().WithMessage(message);
    }

    private string Record()
    {
        using var report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Out, AuditReport.FileName)));
        return report.RootElement.GetProperty("calibration").GetRawText();
    }

    private static bool IsCopy(string test, string train) =>
        int.Parse(test.Split('-')[1], CultureInfo.InvariantCulture) is var at && at < Copies && train == $"train-{at * 3}";

    // Every third train row has a noisy copy, for the first test rows.
    private void Write(int shardRows)
    {
        var random = new PhiloxStream(8, 0);
        var train = Enumerable.Range(0, Rows).Select(_ => Vector(random)).ToArray();
        var test = Enumerable.Range(0, Rows).Select(i => i < Copies ? Array.ConvertAll(train[i * 3], v => v + (float)(0.4 * random.Uniform() * random.Normal())) : Vector(random)).ToArray();
        foreach (var (split, vectors) in new[] { ("train", train), ("test", test) })
        {
            foreach (var (shard, part) in vectors.Select((v, i) => ((string?)$"{split}-{i}", v, (string?)"a")).Chunk(shardRows).Index())
            {
                folder.Write(split, $"part-{shard:D3}", part);
            }
        }
    }

    private static float[] Vector(PhiloxStream random) => [.. Enumerable.Range(0, 12).Select(_ => (float)random.Normal())];
}
