using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Trainer.Probing;

namespace ParquetPool.Trainer.Tests.Probing;

public sealed class ProbeRunTests : IDisposable
{
    private const int Side = 6;
    private readonly TestFolder folder = new();

    public ProbeRunTests()
    {
        using var writer = new ShardWriter(folder.File("pool", "a.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatBlob, Side * Side)]);
        writer.Write(12, Enumerable.Range(0, 12).Select(row => $"r{row}").ToArray(), Enumerable.Range(0, 12 * Side * Side).Select(i => MathF.Sin(i * 0.37f) + (i / (Side * Side) == 5 ? 0 : 0.2f)).ToArray());
        writer.Complete();
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheSameSeedGivesTheSameFiles()
    {
        foreach (var name in new[] { "one", "two" })
        {
            await Execute(Options(name));
        }

        File.ReadAllBytes(folder.File("one", "report.html")).Should().Equal(File.ReadAllBytes(folder.File("two", "report.html")));
        File.ReadAllBytes(folder.File("one", "probe.json")).Should().Equal(File.ReadAllBytes(folder.File("two", "probe.json")));
        var record = JsonDocument.Parse(File.ReadAllBytes(folder.File("one", "probe.json"))).RootElement;
        record.GetProperty("row").GetString().Should().Be("r5");
        record.GetProperty("depths").EnumerateArray().Select(depth => depth.GetProperty("depth").GetInt32()).Should().Equal(1, 2);
        File.ReadAllText(folder.File("one", "report.html")).Should().Contain("r5 (learnt)").And.Contain("data:image/png;base64,");
    }

    [Fact]
    public async Task WhatCannotBeProbedIsRefusedInOneLine()
    {
        await Refused<UsageException>(Options("x") with { Row = "nobody" }, "--row nobody: no row of the pool*");
        await Refused<UsageException>(Options("x") with { Image = new(1, 5, 5, false) }, "--image 5x5 has 25 numbers, the rows have 36*");
        await Refused<UsageException>(Options("x") with { Image = null, Network = ProbeNetwork.Cnn }, "--network cnn takes pictures*");
        await Refused<UsageException>(Options("x") with { Depths = [0] }, "--depths holds 0*");
        await Refused<UsageException>(Options("x") with { Depths = [] }, "--depths names none*");
        Directory.Exists(folder.File("x")).Should().BeFalse();
    }

    private ProbeOptions Options(string name) => new([folder.File("pool", "a.parquet")], folder.File(name)) { Row = "r5", Image = new(1, Side, Side, false), Depths = [2, 1, 2], Units = 8, Steps = 50, Rows = 5 };

    private static Task<ProbeSummary> Execute(ProbeOptions options) => ProbeRun.ExecuteAsync(options, Context());

    private static async Task Refused<T>(ProbeOptions options, string told)
        where T : Exception => await FluentActions.Awaiting(() => Execute(options)).Should().ThrowAsync<T>().WithMessage(told);

    private static CommandContext Context() => new(NullLogger.Instance, TimeProvider.System, new ProgressDisplay(ProgressMode.Quiet, TextWriter.Null, TimeProvider.System), TestContext.Current.CancellationToken);
}
