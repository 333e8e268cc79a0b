using ParquetPool.Commands;
using ParquetPool.Scorer.Jobs;

namespace ParquetPool.Scorer.Tests.Jobs;

/// <summary>How runs end, and which are tried again.</summary>
public sealed class RunEndTests : SchedulerTests
{
    [Fact]
    public async Task AFailureIsTriedAgainEachTimeAfterTwiceTheDelay()
    {
        Command = (_, _) => Task.FromResult(new RunOutcome(ExitCode.Data, null, "b.parquet is cut short"));
        Serve(Nightly() with { Retries = 2, BackOff = TimeSpan.FromMinutes(1) });
        Scheduler.RunNow(Nightly());
        await Scheduler.Idle();

        await Pass(TimeSpan.FromSeconds(59));
        Begun.Should().HaveCount(1);
        await Pass(TimeSpan.FromSeconds(2));
        Begun.Should().HaveCount(2);
        await Pass(TimeSpan.FromSeconds(118));
        Begun.Should().HaveCount(2);
        await Pass(TimeSpan.FromSeconds(3));
        await Pass(TimeSpan.FromHours(2));

        Begun.Should().HaveCount(3);
        var run = State.Runs("nightly").Should().ContainSingle().Subject;
        run.State.Should().Be(RunState.Failed);
        run.Message.Should().Be("b.parquet is cut short");
    }

    [Fact]
    public async Task AWrongCommandLineIsNotTriedAgain()
    {
        Command = (_, _) => Task.FromResult(new RunOutcome(ExitCode.Usage, null, "--top is 0"));
        Serve(Nightly() with { Retries = 2 });

        Scheduler.RunNow(Nightly());
        await Scheduler.Idle();

        Runs().Should().Equal("2026-11-20T20-00-00Z failed");
    }

    [Fact]
    public async Task ARunThatTakesTooLongIsStopped()
    {
        Command = async (_, stopping) =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            return Good;
        };
        Serve(Nightly() with { TimeLimit = TimeSpan.FromMilliseconds(50) });

        Scheduler.RunNow(Nightly());
        await Scheduler.Idle();

        State.Runs("nightly")[0].State.Should().Be(RunState.Failed);
        State.Runs("nightly")[0].Message.Should().Contain("limit");
    }

    [Fact]
    public async Task ARunThatIsCancelledEndsAndIsNotTriedAgainUnlessAPersonSaysSo()
    {
        Command = async (_, stopping) =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            return Good;
        };
        Serve(Nightly() with { Retries = 3 });
        var run = Scheduler.RunNow(Nightly());

        Scheduler.Cancel(Nightly()).Should().BeTrue();
        await Scheduler.Idle();
        await Pass(TimeSpan.FromMinutes(30), ticks: 3);

        Runs().Should().Equal($"{run.Id} cancelled");
        Scheduler.Cancel(Nightly()).Should().BeFalse("nothing runs or waits");
        Command = (_, _) => Task.FromResult(Good);
        Scheduler.Retry(Nightly()).Should().BeTrue();
        await Scheduler.Idle();
        Runs().Should().Equal($"{run.Id} succeeded");
        Begun.Select(b => b.Run.Out).Distinct().Should().ContainSingle("it goes on where it was");
        Scheduler.Retry(Nightly()).Should().BeFalse("it has succeeded");
    }

    [Fact]
    public async Task AWaitingRunThatIsCancelledIsNotMadeAgainOfTheSameNews()
    {
        Serve(Nightly() with { Retries = 1, Triggers = [new NewRoundTrigger(Folder.File("models/task"))] });
        Command = (_, _) => Task.FromResult(new RunOutcome(ExitCode.Failure, null, "away"));
        Publish(1);
        await Pass(TimeSpan.FromSeconds(10), ticks: 2);
        Runs().Should().ContainSingle().Which.Should().EndWith("waiting");

        Scheduler.Cancel(Nightly()).Should().BeTrue();
        await Pass(TimeSpan.FromHours(1), ticks: 5);

        Runs().Should().ContainSingle().Which.Should().EndWith("cancelled");
        Begun.Should().HaveCount(1);
    }
}
