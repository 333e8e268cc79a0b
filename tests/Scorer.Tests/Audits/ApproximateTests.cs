using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Scorer.Tests.Neighbours;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class ApproximateTests : IDisposable
{
    private const int Width = 32;
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Finds_nearly_all_nearest_rows_and_says_how_many()
    {
        Write();
        await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 3 } }, Stopping);
        var exact = Similarities();
        var summary = await AuditFolder.RunAsync(folder.Options with { Pairs = new() { Neighbours = 3 }, Search = folder.Options.Search with { Approximate = 0.99 } }, Stopping);
        var found = Similarities();
        found.Where(p => exact.TryGetValue(p.Key, out var similarity) && similarity == p.Value).Should().HaveCountGreaterThan((int)(0.97 * exact.Count));
        var recall = summary.Approximate![0];
        recall.Probes.Should().BeLessThan(recall.Cells);
        recall.Recall.Should().BeGreaterThan(0.95).And.BeInRange(recall.Low, recall.High);
        summary.Speed.PairsCompared.Should().BeLessThan((900L * 4000) + (900L * 900));
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Out, "audit.json"), Stopping));
        report.RootElement.GetProperty("summary").GetProperty("approximate")[0].GetProperty("recall").GetDouble().Should().Be(recall.Recall);
        Directory.EnumerateFiles(folder.Out).Select(Path.GetFileName).Should().BeEquivalentTo(".parquetpool.sha256", "audit.json", "conflicts.csv", "conflicts.parquet", "pairs.csv", "pairs.parquet", "rejects.parquet", "report.html");
    }

    [Fact]
    public async Task Gives_the_same_bytes_whatever_threads_and_memory()
    {
        Write();
        byte[]? first = null;
        foreach (var (threads, megabytes) in new[] { (1, 512), (3, 512), (2, 1) })
        {
            await AuditFolder.RunAsync(folder.Options with { Search = folder.Options.Search with { Approximate = 0.99, Threads = threads, VectorMegabytes = megabytes } }, Stopping);
            var bytes = await File.ReadAllBytesAsync(Path.Combine(folder.Out, "pairs.parquet"), Stopping);
            bytes.Should().Equal(first ??= bytes);
        }
    }

    [Fact]
    public async Task Probing_for_every_neighbour_gives_the_exact_pairs()
    {
        folder.Write("train", "a", [.. Corpora.Random(60, 5, 1).Select((v, i) => ($"t{i}", v, (string?)null))]);
        folder.Write("test", "a", [.. Corpora.Random(20, 5, 2).Select((v, i) => ($"q{i}", v, (string?)null))]);
        await AuditFolder.RunAsync(folder.Options, Stopping);
        var exact = folder.Pairs().Select(p => string.Join(' ', p.Values)).ToList();
        await AuditFolder.RunAsync(folder.Options with { Search = folder.Options.Search with { Approximate = 1 } }, Stopping);
        folder.Pairs().Select(p => string.Join(' ', p.Values)).Should().Equal(exact);
    }

    [Fact]
    public async Task Copies_are_found_and_a_split_is_compared_with_itself()
    {
        var rows = Corpora.Clustered(500, Width, 5);
        folder.Write("test", "a", [.. rows.Concat(rows.Take(50)).Select((v, i) => ($"q{i}", v, (string?)null))]);
        var summary = await AuditFolder.RunAsync(folder.Options with { Train = [], Search = folder.Options.Search with { Approximate = 0.99 } }, Stopping);
        folder.Pairs().Count(p => p["exact"] == "true").Should().Be(50);
        summary.Approximate!.Single().Recall.Should().NotBeNull();
    }

    [Fact]
    public async Task Contradicting_options_are_refused()
    {
        Write();
        await FluentActions.Awaiting(() => AuditFolder.RunAsync(folder.Options with { Search = folder.Options.Search with { Approximate = 0.99 }, Pairs = new() { AllPairs = true, Threshold = 0.9 } }, Stopping))
            .Should().ThrowAsync<UsageException>().WithMessage("*--all-pairs*--approximate*");
        await FluentActions.Awaiting(() => AuditFolder.RunAsync(folder.Options with { Search = folder.Options.Search with { Approximate = 1.5 } }, Stopping))
            .Should().ThrowAsync<UsageException>().WithMessage("--approximate 1.5*");
    }

    private Dictionary<(string, string, string), string> Similarities() =>
        folder.Pairs().ToDictionary(p => (p["kind"], p["test_id"], p["train_id"]), p => p["similarity"]);

    private void Write()
    {
        var (train, test) = (Gathered(4000, 1), Gathered(900, 2));
        folder.Write("train", "a", [.. train.Select((v, i) => ($"t{i}", v, (string?)null)).Take(2500)]);
        folder.Write("train", "b", [.. train.Select((v, i) => ($"t{i}", v, (string?)null)).Skip(2500)]);
        folder.Write("test", "a", [.. test.Select((v, i) => ($"q{i}", v, (string?)null))]);
    }

    private static float[][] Gathered(int rows, int seed)
    {
        var random = new Random(seed);
        var centres = Array.ConvertAll(Corpora.Random(40, Width, 7), c => Array.ConvertAll(c, v => v - 0.2f));
        return [.. Enumerable.Range(0, rows).Select(_ => Array.ConvertAll(centres[random.Next(40)], c => c + (0.3f * (random.NextSingle() - 0.5f))))];
    }
}
