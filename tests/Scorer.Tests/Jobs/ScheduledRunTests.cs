using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

/// <summary>Runs that times start.</summary>
public sealed class ScheduledRunTests : SchedulerTests
{
    [Fact]
    public async Task ATimeStartsARunOnce()
    {
        Serve(Nightly());

        await Pass(TimeSpan.FromHours(30), ticks: 60);

        Runs().Should().Equal("2026-11-21T02-30-00Z succeeded");
        Begun[0].Run.Cause.Should().Be("schedule");
        Begun[0].Arguments.Should().Equal("score", "--model", "m", "--out", Folder.File("nightly/2026-11-21T02-30-00Z"));
    }

    [Theory]
    [InlineData(true, "2026-11-23T02-30-00Z succeeded")]
    [InlineData(false, "2026-11-23T02-30-00Z skipped")]
    public async Task TimesThatPassedWhileNoServiceRanStartOneRunOrNone(bool runMissed, string expected)
    {
        Serve(Nightly(runMissed));
        await Pass(TimeSpan.FromSeconds(1));
        Stop();
        Clock.Advance(TimeSpan.FromDays(3));

        Serve(Nightly(runMissed));
        await Pass(TimeSpan.FromSeconds(1));

        Runs().Should().Equal(expected);
    }

    [Fact]
    public async Task AClockThatIsSetBackRepeatsNothingAndOneSetForwardLosesNothing()
    {
        Serve(Nightly());
        await Pass(TimeSpan.FromHours(7), ticks: 60);
        Clock.Set(Evening.AddHours(6));
        await Pass(TimeSpan.FromHours(1), ticks: 60);
        Runs().Should().Equal("2026-11-21T02-30-00Z succeeded");

        Clock.Set(Evening.AddYears(1));
        await Pass(TimeSpan.FromSeconds(1));
        Clock.Set(Evening.AddDays(1));
        await Pass(TimeSpan.FromDays(1), ticks: 60);

        Runs().Should().Equal(["2026-11-21T02-30-00Z succeeded", "2027-11-20T02-30-00Z succeeded", "2026-11-22T02-30-00Z succeeded"], "runs stand in the order in which they were made");
    }

    [Theory]
    [InlineData(Overlap.Skip, "2026-11-21T02-30-00Z succeeded", "2026-11-22T02-30-00Z skipped", "2026-11-23T02-30-00Z skipped")]
    [InlineData(Overlap.Queue, "2026-11-21T02-30-00Z succeeded", "2026-11-22T02-30-00Z succeeded", "2026-11-23T02-30-00Z skipped")]
    public async Task ATimeWhileTheJobRunsIsPassedOverOrWaits(Overlap overlap, params string[] expected)
    {
        var end = new TaskCompletionSource<RunOutcome>();
        Command = (_, _) => end.Task;
        Serve(Nightly() with { Overlap = overlap });
        for (var day = 0; day < 3; day++)
        {
            Clock.Advance(TimeSpan.FromDays(1));
            Scheduler.Tick();
        }

        end.SetResult(Good);
        await Pass(TimeSpan.FromSeconds(2), ticks: 2);

        Runs().Should().Equal(expected);
    }
}
