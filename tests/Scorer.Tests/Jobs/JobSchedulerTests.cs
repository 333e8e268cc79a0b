using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Scorer.Jobs;
using Quartz;

namespace ParquetPool.Scorer.Tests.Jobs;

public sealed class JobSchedulerTests : IDisposable
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);
    private static readonly RunOutcome Good = new(ExitCode.Success, null, null);
    private readonly TestFolder folder = new();
    private readonly ManualClock clock = new(Evening);
    private readonly List<(JobRun Run, IReadOnlyList<string> Arguments)> begun = [];
    private Func<JobRun, CancellationToken, Task<RunOutcome>> command = (_, _) => Task.FromResult(Good);
    private StateFolder state;
    private JobScheduler? scheduler;

    public JobSchedulerTests() => state = StateFolder.Open(folder.File("state"));

    public void Dispose()
    {
        scheduler?.Dispose();
        state.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task ATimeStartsARunOnce()
    {
        Serve(Nightly());

        await Pass(TimeSpan.FromHours(30), ticks: 60);

        Runs().Should().Equal("2026-11-21T02-30-00Z succeeded");
        begun[0].Run.Cause.Should().Be("schedule");
        begun[0].Arguments.Should().Equal("score", "--model", "m", "--out", folder.File("nightly/2026-11-21T02-30-00Z"));
    }

    [Theory]
    [InlineData(true, "2026-11-23T02-30-00Z succeeded")]
    [InlineData(false, "2026-11-23T02-30-00Z skipped")]
    public async Task TimesThatPassedWhileNoServiceRanStartOneRunOrNone(bool runMissed, string expected)
    {
        Serve(Nightly(runMissed));
        await Pass(TimeSpan.FromSeconds(1));
        Stop();
        clock.Advance(TimeSpan.FromDays(3));

        Serve(Nightly(runMissed));
        await Pass(TimeSpan.FromSeconds(1));

        Runs().Should().Equal(expected);
    }

    [Fact]
    public async Task AClockThatIsSetBackRepeatsNothingAndOneSetForwardLosesNothing()
    {
        Serve(Nightly());
        await Pass(TimeSpan.FromHours(7), ticks: 60);
        clock.Set(Evening.AddHours(6));
        await Pass(TimeSpan.FromHours(1), ticks: 60);
        Runs().Should().Equal("2026-11-21T02-30-00Z succeeded");

        clock.Set(Evening.AddYears(1));
        await Pass(TimeSpan.FromSeconds(1));
        clock.Set(Evening.AddDays(1));
        await Pass(TimeSpan.FromDays(1), ticks: 60);

        Runs().Should().Equal(["2026-11-21T02-30-00Z succeeded", "2027-11-20T02-30-00Z succeeded", "2026-11-22T02-30-00Z succeeded"], "runs stand in the order in which they were made");
    }

    [Theory]
    [InlineData(Overlap.Skip, "2026-11-21T02-30-00Z succeeded", "2026-11-22T02-30-00Z skipped", "2026-11-23T02-30-00Z skipped")]
    [InlineData(Overlap.Queue, "2026-11-21T02-30-00Z succeeded", "2026-11-22T02-30-00Z succeeded", "2026-11-23T02-30-00Z skipped")]
    public async Task ATimeWhileTheJobRunsIsPassedOverOrWaits(Overlap overlap, params string[] expected)
    {
        var end = new TaskCompletionSource<RunOutcome>();
        command = (_, _) => end.Task;
        Serve(Nightly() with { Overlap = overlap });
        for (var day = 0; day < 3; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            scheduler!.Tick();
        }

        end.SetResult(Good);
        await Pass(TimeSpan.FromSeconds(2), ticks: 2);

        Runs().Should().Equal(expected);
    }

    [Fact]
    public async Task AFailureIsTriedAgainEachTimeAfterTwiceTheDelay()
    {
        command = (_, _) => Task.FromResult(new RunOutcome(ExitCode.Data, null, "b.parquet is cut short"));
        Serve(Nightly() with { Retries = 2, BackOff = TimeSpan.FromMinutes(1) });
        scheduler!.RunNow(Nightly());
        await scheduler.Idle();

        await Pass(TimeSpan.FromSeconds(59));
        begun.Should().HaveCount(1);
        await Pass(TimeSpan.FromSeconds(2));
        begun.Should().HaveCount(2);
        await Pass(TimeSpan.FromSeconds(118));
        begun.Should().HaveCount(2);
        await Pass(TimeSpan.FromSeconds(3));
        await Pass(TimeSpan.FromHours(2));

        begun.Should().HaveCount(3);
        var run = state.Runs("nightly").Should().ContainSingle().Subject;
        run.State.Should().Be(RunState.Failed);
        run.Message.Should().Be("b.parquet is cut short");
    }

    [Fact]
    public async Task AWrongCommandLineIsNotTriedAgain()
    {
        command = (_, _) => Task.FromResult(new RunOutcome(ExitCode.Usage, null, "--top is 0"));
        Serve(Nightly() with { Retries = 2 });

        scheduler!.RunNow(Nightly());
        await scheduler.Idle();

        Runs().Should().Equal("2026-11-20T20-00-00Z failed");
    }

    [Fact]
    public async Task ARunThatTakesTooLongIsStopped()
    {
        command = async (_, stopping) =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            return Good;
        };
        Serve(Nightly() with { TimeLimit = TimeSpan.FromMilliseconds(50) });

        scheduler!.RunNow(Nightly());
        await scheduler.Idle();

        state.Runs("nightly")[0].State.Should().Be(RunState.Failed);
        state.Runs("nightly")[0].Message.Should().Contain("limit");
    }

    [Fact]
    public async Task ARunThatIsCancelledEndsAndIsNotTriedAgainUnlessAPersonSaysSo()
    {
        command = async (_, stopping) =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            return Good;
        };
        Serve(Nightly() with { Retries = 3 });
        var run = scheduler!.RunNow(Nightly());

        scheduler.Cancel(Nightly()).Should().BeTrue();
        await scheduler.Idle();
        await Pass(TimeSpan.FromMinutes(30), ticks: 3);

        Runs().Should().Equal($"{run.Id} cancelled");
        scheduler.Cancel(Nightly()).Should().BeFalse("nothing runs or waits");
        command = (_, _) => Task.FromResult(Good);
        scheduler.Retry(Nightly()).Should().BeTrue();
        await scheduler.Idle();
        Runs().Should().Equal($"{run.Id} succeeded");
        begun.Select(b => b.Run.Out).Distinct().Should().ContainSingle("it goes on where it was");
        scheduler.Retry(Nightly()).Should().BeFalse("it has succeeded");
    }

    [Fact]
    public async Task ARunThatWasBeingCancelledWhenItsServiceWasKilledDoesNotGoOn()
    {
        state.Save(new JobRun("nightly", "2026-11-20T19-00-00Z", "schedule", Evening.AddHours(-1), folder.File("nightly/2026-11-20T19-00-00Z")) { State = RunState.Running, Attempts = 1, IsCancelled = true });

        Serve(Nightly());
        await Pass(TimeSpan.FromSeconds(1));

        Runs().Should().Equal("2026-11-20T19-00-00Z cancelled");
        begun.Should().BeEmpty();
    }

    [Fact]
    public async Task AWaitingRunThatIsCancelledIsNotMadeAgainOfTheSameNews()
    {
        Serve(Nightly() with { Retries = 1, Triggers = [new NewRoundTrigger(folder.File("models/task"))] });
        command = (_, _) => Task.FromResult(new RunOutcome(ExitCode.Failure, null, "away"));
        Publish(1);
        await Pass(TimeSpan.FromSeconds(10), ticks: 2);
        Runs().Should().ContainSingle().Which.Should().EndWith("waiting");

        scheduler!.Cancel(Nightly()).Should().BeTrue();
        await Pass(TimeSpan.FromHours(1), ticks: 5);

        Runs().Should().ContainSingle().Which.Should().EndWith("cancelled");
        begun.Should().HaveCount(1);
    }

    [Fact]
    public async Task APausedJobStartsNothingByItselfAlsoAfterAStartAndWhatIsNewWaits()
    {
        var both = Nightly() with { Triggers = [.. Nightly().Triggers, new NewRoundTrigger(folder.File("models/task"))] };
        Serve(both);
        await Pass(TimeSpan.FromSeconds(1));
        scheduler!.Pause(both, isPaused: true);
        Stop();
        Serve(both);
        Publish(1);
        await Pass(TimeSpan.FromDays(2), ticks: 20);
        begun.Should().BeEmpty();

        scheduler!.RunNow(both);
        await scheduler.Idle();
        begun.Should().ContainSingle("what a person starts runs all the same");
        Publish(2);
        scheduler.Pause(both, isPaused: false);
        await Pass(TimeSpan.FromSeconds(10), ticks: 2);

        begun.Select(b => b.Run.Cause).Should().Equal(["by hand", $"round of {folder.File("models/task")}: round-0002"], "times that passed are passed over, a round is not");
    }

    [Fact]
    public async Task AJobThatNeverRanIsResumedAndOneWhosePauseCannotBeReadStaysPaused()
    {
        Serve(Nightly());
        scheduler!.Pause(Nightly(), isPaused: false);
        scheduler.Pause(Nightly(), isPaused: true);
        File.WriteAllText(Directory.EnumerateFiles(folder.File("state", "runs", "nightly")).Single(), "{ \"since\": ");
        Stop();
        Serve(Nightly());

        await Pass(TimeSpan.FromDays(2), ticks: 4);
        begun.Should().BeEmpty();
        scheduler.Pause(Nightly(), isPaused: false);
        await Pass(TimeSpan.FromDays(1), ticks: 4);

        begun.Should().ContainSingle();
    }

    [Fact]
    public async Task AStoppedRunGoesOnUnderItsNameAndIsNoFailedAttempt()
    {
        command = async (_, stopping) =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            return Good;
        };
        Serve(Nightly());
        var run = scheduler!.RunNow(Nightly());
        await scheduler.StopAsync();
        Stop();
        clock.Advance(TimeSpan.FromHours(1));

        command = (_, _) => Task.FromResult(Good);
        Serve(Nightly());
        await Pass(TimeSpan.FromSeconds(1));

        Runs().Should().Equal($"{run.Id} succeeded");
        begun.Select(b => b.Run.Attempts).Should().Equal(1, 1);
        begun.Select(b => b.Run.Out).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task ARunWhoseServiceWasKilledGoesOn()
    {
        state.Save(new JobRun("nightly", "2026-11-20T19-00-00Z", "schedule", Evening.AddHours(-1), folder.File("nightly/2026-11-20T19-00-00Z")) { State = RunState.Running, Attempts = 1 });
        state.Save(new JobRun("gone", "2026-11-20T19-00-00Z", "schedule", Evening.AddHours(-1), folder.File("gone/2026-11-20T19-00-00Z")) { State = RunState.Running, Attempts = 1 });

        Serve(Nightly());
        await Pass(TimeSpan.FromSeconds(1));

        Runs().Should().Equal("2026-11-20T19-00-00Z succeeded");
        state.Runs("gone")[0].State.Should().Be(RunState.Failed);
    }

    [Fact]
    public async Task ANewRoundStartsARunAndOneThatComesMeanwhileStartsAnother()
    {
        Serve(Nightly() with { Triggers = [new NewRoundTrigger(folder.File("models/task"))] });
        await Pass(TimeSpan.FromMinutes(1));
        begun.Should().BeEmpty("no round is published yet");

        Publish(1);
        command = (_, _) =>
        {
            if (begun.Count == 1)
            {
                Publish(2);
            }
            return Task.FromResult(Good);
        };
        await Pass(TimeSpan.FromMinutes(5), ticks: 20);

        begun.Select(b => b.Run.Seen.Values.Single()).Should().Equal("round-0001", "round-0002");
    }

    [Fact]
    public async Task NewShardsStartARunWhenTheyHaveStayedTheSame()
    {
        Serve(Nightly() with { Triggers = [new NewShardsTrigger(folder.File("pool"), TimeSpan.FromMinutes(1))] });
        File.WriteAllText(folder.File("pool", "a.parquet"), "1");
        await Pass(TimeSpan.FromSeconds(40));
        File.WriteAllText(folder.File("pool", "a.parquet"), "12");
        await Pass(TimeSpan.FromSeconds(40));
        begun.Should().BeEmpty("the shard was still being written");

        await Pass(TimeSpan.FromSeconds(90), ticks: 20);
        begun.Should().HaveCount(1);
        await Pass(TimeSpan.FromHours(1), ticks: 20);
        begun.Should().HaveCount(1);
        File.WriteAllText(folder.File("pool", "b.parquet"), "1");
        await Pass(TimeSpan.FromMinutes(5), ticks: 20);

        begun.Should().HaveCount(2);
    }

    [Fact]
    public async Task AJobFollowsAnotherAndIsGivenItsOutput()
    {
        var query = new Job("query", "select", [new JobOption("--scores", ["{nightly}"])], folder.File("query")) { Triggers = [new AfterTrigger("nightly")] };
        Serve(Nightly(), query);
        await Pass(TimeSpan.FromHours(1));
        begun.Should().BeEmpty();

        scheduler!.RunNow(Nightly());
        await Pass(TimeSpan.FromMinutes(1), ticks: 10);

        begun.Select(b => b.Run.Job).Should().Equal("nightly", "query");
        begun[1].Arguments.Should().ContainInOrder("--scores", begun[0].Run.Out);
    }

    [Fact]
    public async Task OnlyTheNewestOutputsStayAndLatestIsTheNewest()
    {
        command = (run, _) =>
        {
            File.WriteAllText(Path.Combine(run.Out, "ranked.csv"), run.Id);
            return Task.FromResult(begun.Count == 2 ? new RunOutcome(ExitCode.Failure, null, "no room") : Good);
        };
        Serve(Nightly() with { Keep = 2 });

        await Pass(TimeSpan.FromDays(5), ticks: 5);

        Runs().Should().Equal(
            "2026-11-21T02-30-00Z succeeded", "2026-11-22T02-30-00Z failed", "2026-11-23T02-30-00Z succeeded", "2026-11-24T02-30-00Z succeeded", "2026-11-25T02-30-00Z succeeded");
        Directory.GetDirectories(folder.File("nightly")).Select(Path.GetFileName).Should().BeEquivalentTo("2026-11-24T02-30-00Z", "2026-11-25T02-30-00Z", "latest");
        File.ReadAllText(folder.File("nightly", "latest", "ranked.csv")).Should().Be("2026-11-25T02-30-00Z");
    }

    [Fact]
    public async Task AScoringRunStartsFromTheScoresOfTheOneBefore()
    {
        command = (run, _) =>
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

        Directory.GetFiles(folder.File("nightly/latest/scores")).Select(File.ReadAllText).Should().BeEquivalentTo("0", "1", "2");
    }

    [Fact]
    public void OneServiceAtATimeHasTheState() =>
        FluentActions.Invoking(() => StateFolder.Open(folder.File("state"))).Should().Throw<IOException>().WithMessage("*another service*--state*");

    private void Serve(params Job[] jobs)
    {
        scheduler = new JobScheduler(
            new JobList(folder.Root, jobs),
            state,
            (run, arguments, _, stopping) =>
            {
                begun.Add((run, arguments));
                return command(run, stopping);
            },
            clock,
            NullLogger.Instance,
            TimeSpan.FromSeconds(5),
            parallel: 1);
        scheduler.Recover();
        scheduler.Tick();
    }

    private void Stop()
    {
        scheduler!.Dispose();
        state.Dispose();
        state = StateFolder.Open(folder.File("state"));
    }

    private async Task Pass(TimeSpan span, int ticks = 1)
    {
        for (var tick = 0; tick < ticks; tick++)
        {
            clock.Advance(span / ticks);
            scheduler!.Tick();
            await scheduler.Idle();
        }
    }

    private IEnumerable<string> Runs() => state.Runs("nightly").Select(run => $"{run.Id} {run.State.ToString().ToLowerInvariant()}");

    private void Publish(int round) => File.WriteAllText(folder.File("models", "task", $"round-{round:D4}", "manifest.json"), "{}");

    private Job Nightly(bool runMissed = true) => new("nightly", "score", [new JobOption("--model", ["m"])], folder.File("nightly"))
    {
        Triggers = [new CronTrigger(CronExpression.Parse("0 30 2 * * ?").WithTimeZone(TimeZoneInfo.Utc), runMissed)],
    };
}
