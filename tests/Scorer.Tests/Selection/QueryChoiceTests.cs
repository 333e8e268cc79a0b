using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Scorer.Selection;

namespace ParquetPool.Scorer.Tests.Selection;

/// <summary>What a selection says of its steps.</summary>
public sealed class QueryChoiceTests : IDisposable
{
    private readonly SelectFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ACommitteeThatHasNothingMoreToTellSaysAfterHowManyRows()
    {
        await folder.ScoreAsync(passes: 2);
        var log = new HeardLog();

        var summary = await SelectRun.ExecuteAsync(folder.Options("batchbald", 100) with { Explore = 0.1 }, SelectFolder.Context(log: log));

        var query = SelectFolder.Csv(summary.SelectedCsv).Select(r => (Value: double.Parse(r["value"], CultureInfo.InvariantCulture), Score: double.Parse(r["score"], CultureInfo.InvariantCulture))).Take(90).ToList();
        summary.Telling.Should().BeInRange(1, 89);
        query.Take(summary.Telling!.Value).Should().OnlyContain(r => r.Value > 0);
        query.Take(summary.Telling!.Value).Sum(r => r.Value).Should().BeLessThan(Math.Log(2) + 1e-5, "two members cannot tell more apart");
        query.Skip(summary.Telling!.Value).Should().OnlyContain(r => r.Value == 0);
        query.Skip(summary.Telling!.Value).Select(r => r.Score).Should().BeInDescendingOrder();
        log.Lines.Should().Equal(FormattableString.Invariant(
            $"Warning: after {summary.Telling} of 90 rows no other tells more about which of the 2 members is right; the rest are in the order of bald: score with more --passes, or select fewer rows at a time"));
        (await File.ReadAllTextAsync(folder.File("query/select.json"), TestContext.Current.CancellationToken)).Should().Contain($"\"telling\": {summary.Telling},");
    }

    [Fact]
    public async Task ACommitteeThatTellsEnoughIsNoReasonToWarn()
    {
        await folder.ScoreAsync();
        var log = new HeardLog();

        (await SelectRun.ExecuteAsync(folder.Options("batchbald", 3), SelectFolder.Context(log: log))).Telling.Should().Be(3);
        (await SelectRun.ExecuteAsync(folder.Options("top", 3), SelectFolder.Context(log: log))).Telling.Should().BeNull();

        log.Lines.Should().BeEmpty();
    }

    [Fact]
    public async Task EveryStepShowsHowFarItIsUnlessQuiet()
    {
        await folder.ScoreAsync();
        using var shown = new StringWriter();
        using var quiet = new StringWriter();

        await SelectRun.ExecuteAsync(folder.Options("coreset", 10), SelectFolder.Context(ProgressMode.Lines, shown));
        await SelectRun.ExecuteAsync(folder.Options("coreset", 10), SelectFolder.Context(ProgressMode.Quiet, quiet));

        shown.ToString().Split('\n').SkipLast(1).Select(l => l.Split(" in ")[0]).Should().Equal(
            "reading rows: 900 rows", "reading the candidates' rows: 900 rows", "selecting: 10 rows");
        quiet.ToString().Should().BeEmpty();
    }
}
