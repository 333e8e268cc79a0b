using ParquetPool.Commands;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

/// <summary>What runs leave in the folder of their job.</summary>
public sealed class RunOutputsTests : SchedulerTests
{
    [Fact]
    public async Task OnlyTheNewestOutputsStayAndLatestIsTheNewest()
    {
        Command = (run, _) =>
        {
            File.WriteAllText(Path.Combine(run.Out, "ranked.csv"), run.Id);
            return Task.FromResult(Begun.Count == 2 ? new RunOutcome(ExitCode.Failure, null, "no room") : Good);
        };
        Serve(Nightly() with { Keep = 2 });

        await Pass(TimeSpan.FromDays(5), ticks: 5);

        Runs().Should().Equal(
            "2026-11-21T02-30-00Z succeeded", "2026-11-22T02-30-00Z failed", "2026-11-23T02-30-00Z succeeded", "2026-11-24T02-30-00Z succeeded", "2026-11-25T02-30-00Z succeeded");
        Directory.GetDirectories(Folder.File("nightly")).Select(Path.GetFileName).Should().BeEquivalentTo("2026-11-24T02-30-00Z", "2026-11-25T02-30-00Z", "latest");
        File.ReadAllText(Folder.File("nightly", "latest", "ranked.csv")).Should().Be("2026-11-25T02-30-00Z");
    }

    [Fact]
    public async Task AScoringRunStartsFromTheScoresOfTheOneBefore()
    {
        Command = (run, _) =>
        {
            var scores = Path.Combine(run.Out, "scores");
            var before = Directory.Exists(scores) ? Directory.GetFiles(scores).Select(File.ReadAllText).ToList() : [];
            Directory.CreateDirectory(scores);
            File.WriteAllText(Path.Combine(scores, $"{before.Count}.tmp"), $"{before.Count}");
            File.Move(Path.Combine(scores, $"{before.Count}.tmp"), Path.Combine(scores, $"{before.Count}.parquet"));
            return Task.FromResult(Good);
        };
        Serve(Nightly() with { Keep = 1 });

        await Pass(TimeSpan.FromDays(3), ticks: 3);

        Directory.GetFiles(Folder.File("nightly/latest/scores")).Select(File.ReadAllText).Should().BeEquivalentTo("0", "1", "2");
    }
}
