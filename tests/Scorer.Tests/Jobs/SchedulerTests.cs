using Microsoft.Extensions.Logging.Abstractions;
using ParquetPool.Commands;
using ParquetPool.Scorer.Jobs;
using Quartz;

namespace ParquetPool.Scorer.Tests.Jobs;

/// <summary>A scheduler whose clock the test moves and whose commands the test is.</summary>
public abstract class SchedulerTests : IDisposable
{
    private protected static readonly DateTimeOffset Evening = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);
    private protected static readonly RunOutcome Good = new(ExitCode.Success, null, null);
    private JobScheduler? scheduler;

    protected SchedulerTests() => State = StateFolder.Open(Folder.File("state"));

    private protected TestFolder Folder { get; } = new();

    private protected ManualClock Clock { get; } = new(Evening);

    /// <summary>The runs whose command was started, in order.</summary>
    private protected List<(JobRun Run, IReadOnlyList<string> Arguments)> Begun { get; } = [];

    /// <summary>What a run's command does.</summary>
    private protected Func<JobRun, CancellationToken, Task<RunOutcome>> Command { get; set; } = (_, _) => Task.FromResult(Good);

    private protected StateFolder State { get; private set; }

    private protected JobScheduler Scheduler => scheduler!;

    public void Dispose()
    {
        scheduler?.Dispose();
        State.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void Serve(params Job[] jobs)
    {
        scheduler = new JobScheduler(
            new JobList(Folder.Root, jobs),
            State,
            (run, arguments, _, stopping) =>
            {
                Begun.Add((run, arguments));
                return Command(run, stopping);
            },
            Clock,
            NullLogger.Instance,
            TimeSpan.FromSeconds(5),
            parallel: 1);
        scheduler.Recover();
        scheduler.Tick();
    }

    /// <summary>Ends the service; another may begin where it was.</summary>
    private protected void Stop()
    {
        scheduler!.Dispose();
        State.Dispose();
        State = StateFolder.Open(Folder.File("state"));
    }

    private protected async Task Pass(TimeSpan span, int ticks = 1)
    {
        for (var tick = 0; tick < ticks; tick++)
        {
            Clock.Advance(span / ticks);
            Scheduler.Tick();
            await Scheduler.Idle();
        }
    }

    private protected IEnumerable<string> Runs() => State.Runs("nightly").Select(run => $"{run.Id} {run.State.ToString().ToLowerInvariant()}");

    private protected void Publish(int round) => File.WriteAllText(Folder.File("models", "task", $"round-{round:D4}", "manifest.json"), "{}");

    private protected Job Nightly(bool runMissed = true) => new("nightly", "score", [new JobOption("--model", ["m"])], Folder.File("nightly"))
    {
        Triggers = [new CronTrigger(CronExpression.Parse("0 30 2 * * ?").WithTimeZone(TimeZoneInfo.Utc), runMissed)],
    };
}
