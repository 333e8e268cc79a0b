using ParquetPool.Commands;
using ParquetPool.Scorer.Audits;
using ParquetPool.Scorer.Tests.Neighbours;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Audits;

public sealed class AuditProgressTests : IDisposable
{
    private static readonly CancellationToken Stopping = TestContext.Current.CancellationToken;
    private readonly AuditFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false, 512)]
    [InlineData(true, 512)]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 512, true)]
    [InlineData(false, 1, true)]
    public async Task AStoppedAuditGoesOnWithThePartItWasAtAndLeavesTheFilesOfAnUndisturbedOne(bool allPairs, int megabytes, bool approximate = false)
    {
        var options = Write() with { Pairs = Write().Pairs with { AllPairs = allPairs, Threshold = allPairs ? 0.5 : null, Neighbours = 2 }, Search = Write().Search with { VectorMegabytes = megabytes, PartRows = 600, PairsInMemory = 500 } };
        options = approximate ? options with { Search = options.Search with { Approximate = 0.9, Index = folder.PathOf("train.cells"), PartRows = 75 } } : options;
        await AuditFolder.RunAsync(options, Stopping);
        var expected = Files();
        expected.Keys.Should().NotContain(name => name.Contains("progress"));

        await StopAfter(options, parts: 1);
        await StopAfter(options, parts: 2);
        File.Exists(Path.Combine(folder.Out, "audit.json")).Should().BeFalse();
        Directory.EnumerateFiles(Path.Combine(folder.Out, "progress"), "*.pairs").Should().HaveCount(3);
        var said = new StringWriter();

        await AuditFolder.RunAsync(options with { Search = options.Search with { Threads = 3 } }, Lines(said), Stopping);

        Files().Should().Equal(expected);
        said.ToString().Split('\n').Count(line => line.StartsWith("comparing test with test", StringComparison.Ordinal)).Should().Be(2, "three of five parts were finished");
    }

    [Fact]
    public async Task WhatAnotherAuditLeftIsThrownAway()
    {
        var options = Write() with { Search = Write().Search with { PartRows = 600 } };
        await StopAfter(options, 2);
        folder.Write("train", "a", [.. Corpora.Random(700, 300, 9).Select((v, i) => ((string?)$"t{i}", v, (string?)null))]);

        await AuditFolder.RunAsync(options, Stopping);
        var resumed = Files();
        await AuditFolder.RunAsync(options with { Out = folder.PathOf("another") }, Stopping);

        foreach (var name in new[] { "pairs.csv", "pairs.parquet" })
        {
            ContentHash.Of(Path.Combine(folder.PathOf("another"), name), Stopping).Should().Be(resumed[name]);
        }
    }

    [Fact]
    public async Task ALabelFileThatChangedSinceIsReadAnew()
    {
        folder.Write("pool", "a", [.. Corpora.Random(700, 300, 1).Select((v, i) => ((string?)$"p{i}", v, (string?)null))]);
        var labels = folder.PathOf("labels.csv");
        var options = folder.Options with { Train = [], Test = [], Pool = [folder.PathOf("pool")], Labelled = [labels], Search = folder.Options.Search with { PartRows = 200, Threads = 1 } };
        await File.WriteAllLinesAsync(labels, [.. Enumerable.Range(0, 50).Select(i => $"p{i},cat").Prepend("id,label")], Stopping);
        await StopAfter(options, 2, "comparing pool with");
        await File.WriteAllLinesAsync(labels, [.. Enumerable.Range(20, 50).Select(i => $"p{i},dog").Prepend("id,label")], Stopping);

        await AuditFolder.RunAsync(options, Stopping);
        var resumed = Files();
        await AuditFolder.RunAsync(options with { Out = folder.PathOf("another") }, Stopping);

        foreach (var name in new[] { "pairs.csv", "pairs.parquet", "conflicts.csv" })
        {
            ContentHash.Of(Path.Combine(folder.PathOf("another"), name), Stopping).Should().Be(resumed[name]);
        }
    }

    [Fact]
    public async Task ADamagedRecordIsNoReasonToStop()
    {
        var options = Write() with { Search = Write().Search with { PartRows = 600 } };
        await AuditFolder.RunAsync(options, Stopping);
        var expected = Files();
        foreach (var damage in new Action<string>[]
        {
            progress => File.WriteAllText(Path.Combine(progress, "1.record"), "nothing"),
            progress => File.Delete(Path.Combine(progress, "1-0.pairs")),
            progress => File.AppendAllText(Path.Combine(progress, "1-0.pairs"), "more"),
        })
        {
            await StopAfter(options, 2);
            damage(Path.Combine(folder.Out, "progress"));
            await AuditFolder.RunAsync(options, Stopping);
            Files().Should().Equal(expected);
        }
    }

    private AuditOptions Write()
    {
        folder.Write("train", "a", [.. Corpora.Random(700, 300, 1).Select((v, i) => ((string?)$"t{i}", v, (string?)null))]);
        var test = Corpora.Random(2400, 300, 2);
        test[1900] = test[5];
        folder.Write("test", "a", [.. test.Take(1000).Select((v, i) => ((string?)$"q{i}", v, (string?)null))]);
        folder.Write("test", "b", [.. test.Skip(1000).Select((v, i) => (i == 7 ? null : (string?)$"q{1000 + i}", v, (string?)null))]);
        return folder.Options;
    }

    /// <summary>Stops an audit when it has compared so many parts.</summary>
    private static async Task StopAfter(AuditOptions options, int parts, string what = "comparing test with test")
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        using var said = new Listener(line => parts -= line.StartsWith(what, StringComparison.Ordinal) ? 1 : 0, () => parts == 0, stop);
        var run = () => AuditFolder.RunAsync(options with { Search = options.Search with { Threads = 1 } }, Lines(said), stop.Token);
        await run.Should().ThrowAsync<OperationCanceledException>();
    }

    private static ProgressDisplay Lines(TextWriter to) => new(ProgressMode.Lines, to, TimeProvider.System);

    private sealed class Listener(Action<string> heard, Func<bool> enough, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            heard(value!);
            if (enough())
            {
                stop.Cancel();
            }
        }
    }

    private Dictionary<string, string> Files() =>
        Directory.EnumerateFiles(folder.Out, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "audit.json")
            .ToDictionary(file => Path.GetRelativePath(folder.Out, file), file => ContentHash.Of(file, Stopping));
}
