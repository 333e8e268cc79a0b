using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

/// <summary>Runs that a service finds when it starts again.</summary>
public sealed class RecoveredRunTests : SchedulerTests
{
    [Fact]
    public async Task ARunThatWasBeingCancelledWhenItsServiceWasKilledDoesNotGoOn()
    {
        State.Save(new JobRun("nightly", "2026-11-20T19-00-00Z", "schedule", Evening.AddHours(-1), Folder.File("nightly/2026-11-20T19-00-00Z")) { State = RunState.Running, Attempts = 1, IsCancelled = true });

        Serve(Nightly());
        await Pass(TimeSpan.FromSeconds(1));

        Runs().Should().Equal("2026-11-20T19-00-00Z cancelled");
        Begun.Should().BeEmpty();
    }

    [Fact]
    public async Task AStoppedRunGoesOnUnderItsNameAndIsNoFailedAttempt()
    {
        Command = async (_, stopping) =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            return Good;
        };
        Serve(Nightly());
        var run = Scheduler.RunNow(Nightly());
        await Scheduler.StopAsync();
        Stop();
        Clock.Advance(TimeSpan.FromHours(1));

        Command = (_, _) => Task.FromResult(Good);
        Serve(Nightly());
        await Pass(TimeSpan.FromSeconds(1));

        Runs().Should().Equal($"{run.Id} succeeded");
        Begun.Select(b => b.Run.Attempts).Should().Equal(1, 1);
        Begun.Select(b => b.Run.Out).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task ARunWhoseServiceWasKilledGoesOn()
    {
        State.Save(new JobRun("nightly", "2026-11-20T19-00-00Z", "schedule", Evening.AddHours(-1), Folder.File("nightly/2026-11-20T19-00-00Z")) { State = RunState.Running, Attempts = 1 });
        State.Save(new JobRun("gone", "2026-11-20T19-00-00Z", "schedule", Evening.AddHours(-1), Folder.File("gone/2026-11-20T19-00-00Z")) { State = RunState.Running, Attempts = 1 });

        Serve(Nightly());
        await Pass(TimeSpan.FromSeconds(1));

        Runs().Should().Equal("2026-11-20T19-00-00Z succeeded");
        State.Runs("gone")[0].State.Should().Be(RunState.Failed);
    }
}
