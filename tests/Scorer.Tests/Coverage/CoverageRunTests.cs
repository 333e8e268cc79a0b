using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Errors;
using ParquetPool.Scorer.Coverage;
using ParquetPool.Scorer.Selection;
using ParquetPool.Scorer.Tests.Selection;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Tests.Coverage;

/// <summary>Four heaps of rows, and nine rows of a fifth.</summary>
public sealed class CoverageRunTests : IDisposable
{
    private const int Rows = 300;
    private readonly TestFolder folder = new();

    public CoverageRunTests()
    {
        Write("pool/a", 0, 120);
        Write("pool/b", 120, Rows);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task RowsOfAThinRegionComeFirst()
    {
        var summary = await RunAsync(Options() with { Top = 20 });

        var rarest = SelectFolder.Csv(summary.RarestCsv);
        rarest.Should().HaveCount(20);
        rarest.Take(12).Count(row => IsPlanted(row["id"])).Should().Be(9);
        rarest.Select(row => double.Parse(row["rarity"], System.Globalization.CultureInfo.InvariantCulture)).Should().BeInDescendingOrder();
        (summary.Rows, summary.Rejected, summary.SampleRows).Should().Be((Rows, 0, Rows));
        (await File.ReadAllTextAsync(summary.Page, TestContext.Current.CancellationToken)).Should().Contain("\"spread\":{").And.Contain(rarest[0]["id"]);
    }

    [Fact]
    public async Task NoShardingChangesARarity()
    {
        var before = await RunAsync(Options() with { Top = Rows });
        Write("other/all", 0, Rows);

        var after = await RunAsync(Options() with { Pool = [folder.File("other")], Out = folder.File("again"), Top = Rows });

        string[] Kept(CoverageSummary summary) => [.. SelectFolder.Csv(summary.RarestCsv).Select(row => $"{row["order"]} {row["id"]} {row["rarity"]}")];
        Kept(after).Should().Equal(Kept(before));
    }

    [Fact]
    public async Task SelectAsksForTheRarestThatHaveNoLabel()
    {
        await RunAsync(Options());
        File.WriteAllText(folder.File("labels.csv"), $"id,label\n{SelectFolder.Id(4)},x\n");

        var rows = await SelectFolder.SelectAsync(Rare() with { Exclude = [folder.File("labels.csv")] });

        rows.Should().HaveCount(12).And.NotContain(row => row["id"] == SelectFolder.Id(4));
        rows.Count(row => IsPlanted(row["id"])).Should().Be(8);
        rows.Should().OnlyContain(row => row["value"] != "");
    }

    [Fact]
    public async Task AScoredPoolIsAskedForItsRarestToo()
    {
        using var scored = new SelectFolder();
        await scored.ScoreAsync(passes: 2);
        var coverage = await RunAsync(new([scored.File("scored-pool")], scored.File("covered")) { Column = "features", Top = 30 });

        var rows = await SelectFolder.SelectAsync(scored.Options("rare", 30) with { Coverage = coverage.Coverage });

        rows.Select(row => row["id"]).Should().Equal(SelectFolder.Csv(coverage.RarestCsv).Select(row => row["id"]));
        rows.Should().OnlyContain(row => row["predicted"] != "");
    }

    [Fact]
    public async Task ACoverageOfOtherRowsIsRefused()
    {
        await Selecting(Rare()).Should().ThrowAsync<DataException>().WithMessage("*coverage.json is missing, expected the record of a finished run of 'scorer coverage'*");
        await RunAsync(Options());
        await Selecting(Rare() with { Coverage = null }).Should().ThrowAsync<UsageException>().WithMessage("--strategy rare asks for rows around which others lie thinly*--coverage");
        await Selecting(Rare() with { Strategy = "coreset" }).Should().ThrowAsync<UsageException>().WithMessage("--coverage * goes with --strategy rare*");

        Write("pool/b", 120, Rows, shift: 0.5f);

        await Selecting(Rare()).Should().ThrowAsync<DataException>().WithMessage("*b.parquet is not among the 2 shards that * tells of, or has changed since: run 'scorer coverage' on the pool again");
    }

    [Fact]
    public async Task RowsThatCannotBeUsedAreLeftOutAndTooFewAreRefused()
    {
        Write("pool/c", Rows, Rows + 1, shift: float.NaN);
        Write("few/a", 0, 30);

        var summary = await RunAsync(Options());

        (summary.Rows, summary.Rejected).Should().Be((Rows, 1));
        await ((Func<Task>)(() => RunAsync(Options() with { Pool = [folder.File("few")] }))).Should().ThrowAsync<DataException>().WithMessage("the pool has 30 usable rows of 30, expected 40 or more*");
        await ((Func<Task>)(() => RunAsync(Options() with { Share = 1 }))).Should().ThrowAsync<UsageException>().WithMessage("--share is 1*");
    }

    [Fact]
    public async Task AKilledRunGoesOnFromWhatItMeasured()
    {
        await RunAsync(Options());
        var killed = Options() with { Out = folder.File("killed") };
        var part = Path.Combine(killed.Out, "progress", "00000");
        using var stopping = new CancellationTokenSource();
        await FluentActions.Awaiting(() => CoverageRun.ExecuteAsync(killed, ContextOf(new LongParts(() => stopping.Cancel(), part), TextWriter.Null, stopping.Token))).Should().ThrowAsync<OperationCanceledException>();
        File.Exists(part).Should().BeTrue();
        var said = new StringWriter();

        await CoverageRun.ExecuteAsync(killed, ContextOf(TimeProvider.System, said, TestContext.Current.CancellationToken));

        said.ToString().Should().Contain("a run that was killed is gone on from: 120 rows are measured");
        Directory.Exists(Path.Combine(killed.Out, "progress")).Should().BeFalse();
        foreach (var name in CoverageFiles.Names.Where(name => name is not "progress"))
        {
            File.ReadAllBytes(folder.File("killed", name)).Should().Equal(File.ReadAllBytes(folder.File("covered", name)), name);
        }
    }

    [Fact]
    public void WhatIsOfOtherRowsOrDamagedIsMeasuredAgain()
    {
        CoverageProgress Progress(string key = "key") => new(folder.File("progress"), key, TimeProvider.System, TimeSpan.Zero);
        double[] measured = [.. Enumerable.Range(0, 9).Select(i => i / 7.0)];
        var progress = Progress();
        progress.Measured(measured, 4);
        progress.Measured(measured, 7);
        var rarities = new double[9];

        Progress().Resume(rarities).Should().Be(7);
        rarities.Should().Equal(measured.Select((rarity, row) => row < 7 ? rarity : 0));
        File.AppendAllText(folder.File("progress", "00001"), "x");
        Progress().Resume(rarities).Should().Be(4);
        Progress("other").Resume(rarities).Should().Be(0);
        Directory.Exists(folder.File("progress")).Should().BeFalse();
    }

    private static CommandContext ContextOf(TimeProvider clock, TextWriter error, CancellationToken stopping) => SelectFolder.Context() with { Clock = clock, Progress = new ProgressDisplay(ProgressMode.Lines, error, TimeProvider.System), Stopping = stopping };

    /// <summary>Time passes in parts of an hour, until a file is there.</summary>
    private sealed class LongParts(Action stop, string file) : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp()
        {
            if (File.Exists(file))
            {
                stop();
            }
            return now += 3600;
        }
    }

    private static bool IsPlanted(string id) => Enumerable.Range(0, Rows).Any(row => SelectFolder.Id(row) == id && IsPlanted(row));

    private static bool IsPlanted(int row) => row % 33 == 4 && row < Rows - 30;

    private CoverageOptions Options() => new([folder.File("pool")], folder.File("covered"));

    private SelectOptions Rare() => new([], 12, "rare", folder.File("query")) { Pool = [folder.File("pool")], Coverage = folder.File("covered") };

    private static Task<CoverageSummary> RunAsync(CoverageOptions options) => CoverageRun.ExecuteAsync(options, SelectFolder.Context());

    private static Func<Task> Selecting(SelectOptions options) => () => SelectFolder.SelectAsync(options);

    private void Write(string name, int first, int end, float shift = 0)
    {
        int[] rows = [.. Enumerable.Range(first, end - first)];
        using var writer = new ShardWriter(folder.File(name + ".parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatList, 5)]);
        writer.Write(
            rows.Length, rows.Select(SelectFolder.Id).ToArray(),
            rows.SelectMany(i => TestModels.Numbers((uint)i, 5, 0.5f).Select((v, at) => v + shift + ((IsPlanted(i) ? 4 : i % 4) == at ? 5 : 0))).ToArray());
        writer.Complete();
    }
}
