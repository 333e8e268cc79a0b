using ParquetPool.Commands;
using ParquetPool.Scorer.Jobs;
using Quartz;

namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>A service with three jobs over some hours: killed, started again, its disk away, its clock set. Commands succeed, fail and take long.</summary>
internal sealed class SchedulerHistory : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);
    private readonly World world;
    private readonly Storage storage = new();
    private readonly JobList jobs;
    private readonly HashSet<(string Job, string Run)> succeeded = []; // And kept as such.
    private readonly HashSet<string> executing = [];
    private readonly List<(string Job, DateTimeOffset Time)> passed = []; // Before the eyes of a service.
    private readonly TimeSpan every;
    private readonly List<string> faults = [];
    private Machine machine;
    private SimulatedService? service;
    private TimeSpan jumped;
    private string? watched;
    private int kills;
    private bool isCalm;

    public SchedulerHistory(uint number)
    {
        world = new World(seed: 11, number);
        machine = new Machine(world, Start);
        every = world.Between(20, 90);
        var often = new CronTrigger(CronExpression.Parse("0 0/10 * * * ?").WithTimeZone(TimeZoneInfo.Utc), RunMissed: world.Chance(0.5));
        jobs = new JobList(storage.Folder, [
            new Job("often", "score", [], Out("often")) { Triggers = [often], Overlap = world.Chance(0.5) ? Overlap.Skip : Overlap.Queue, Retries = world.Below(3), BackOff = TimeSpan.FromMinutes(1), Keep = 2 },
            new Job("watching", "audit", [], Out("watching")) { Triggers = [new WatchedTrigger(() => watched)], Overlap = world.Chance(0.5) ? Overlap.Skip : Overlap.Queue, Retries = 1, BackOff = TimeSpan.FromMinutes(5) },
            new Job("after", "select", [new JobOption("--scores", ["{often}"])], Out("after")) { Triggers = [new AfterTrigger("often")], TimeLimit = TimeSpan.FromMinutes(8) },
        ]);
    }

    /// <summary>Plays the history.</summary>
    /// <returns>What went wrong.</returns>
    public IReadOnlyList<string> Play()
    {
        StartService();
        for (var step = 0; step < 8; step++)
        {
            world.RunUntil(() => false, world.Between(10, 2400));
            Disturb();
        }
        isCalm = true;
        storage.BringBack();
        kills = 0;
        world.RunUntil(() => service is not null, TimeSpan.FromHours(2));
        // Longer than all commands, retries and delays together.
        world.RunUntil(() => false, TimeSpan.FromHours(2));
        Check();
        return faults;
    }

    public void Dispose()
    {
        storage.BringBack();
        service?.Dispose();
        storage.Dispose();
    }

    private string Out(string job) => Path.Combine(storage.Folder, "outputs", job);

    private void Disturb()
    {
        switch (world.Below(6))
        {
            case 0:
                Kill();
                break;
            case 1:
                kills = 1 + world.Below(4); // At that line of the log.
                break;
            case 2 when service is not null:
                storage.TakeAway();
                world.After(world.Between(1, 1800), () =>
                {
                    if (service is not null)
                    {
                        storage.BringBack();
                    }
                });
                break;
            case 3:
                var span = (world.Chance(0.5) ? 1 : -1) * world.Between(1, 20_000);
                jumped += span;
                machine.Clock.Jump(span);
                break;
            case 4:
                watched = $"version {world.Elapsed}";
                break;
            case 5 when service is { } running:
                running.Stop();
                break;
        }
    }

    private void StartService()
    {
        storage.BringBack();
        machine = new Machine(world, Start);
        machine.Clock.Jump(jumped);
        var mine = service = new SimulatedService(machine, jobs, Path.Combine(storage.Folder, "state"), ExecuteAsync, new CuttingLog(Line), every, parallel: 1 + world.Below(3));
        mine.Ended += run =>
        {
            if (run.State == RunState.Succeeded && !storage.IsAway)
            {
                succeeded.Add((run.Job, run.Id));
            }
        };
        mine.Run().ContinueWith(_ => world.After(world.Between(1, 1800), () => Restart(mine)), CancellationToken.None, TaskContinuationOptions.None, machine);
    }

    /// <summary>After a stop, as after a kill, somebody starts it again.</summary>
    private void Restart(SimulatedService ended)
    {
        if (service == ended || service is null)
        {
            passed.AddRange(ended.Passed);
            StartService();
        }
    }

    private void Line()
    {
        if (kills > 0 && --kills == 0)
        {
            Kill();
            throw new IOException("killed");
        }
    }

    /// <summary>From now on nothing of it comes to the disk.</summary>
    private void Kill()
    {
        if (service is not { } victim)
        {
            return;
        }
        storage.TakeAway();
        machine.Kill();
        victim.Dispose();
        service = null;
        executing.Clear();
        world.After(world.Between(1, 3600), () => Restart(victim));
    }

    private async Task<RunOutcome> ExecuteAsync(JobRun run, IReadOnlyList<string> arguments, Action<StageProgress> report, CancellationToken stopping)
    {
        Require(executing.Add(run.Job), $"{run.Job} runs twice at the same time");
        Require(!succeeded.Contains((run.Job, run.Id)), $"{run.Job}/{run.Id} runs again, though it was kept as succeeded");
        try
        {
            await Task.Delay(world.Between(1, 700), machine.Clock, stopping);
            return !isCalm && world.Chance(0.3) ? new RunOutcome(ExitCode.Data, null, "failed") : new RunOutcome(ExitCode.Success, null, null);
        }
        finally
        {
            executing.Remove(run.Job);
        }
    }

    private void Check()
    {
        storage.BringBack();
        passed.AddRange(service!.Passed);
        service.Dispose();
        using var state = StateFolder.Open(Path.Combine(storage.Folder, "state"));
        foreach (var job in jobs.Jobs)
        {
            var runs = state.Runs(job.Name);
            Require(runs.Select(run => run.Id).Distinct().Count() == runs.Count, $"{job.Name} has a run twice");
            Require(!runs.Any(run => run.State == RunState.Waiting && run.Due < machine.Clock.GetUtcNow() - TimeSpan.FromHours(1)), $"{job.Name}: {string.Join(", ", runs.Where(run => run.IsActive))} waits for ever");
            Require(runs.All(run => run.Attempts <= job.Retries + 1), $"{job.Name} was tried too often");
            var latest = new DirectoryInfo(Path.Combine(job.Out, RunOutputs.Latest));
            Require(state.Finished(job.Name) is null || latest.Exists, $"{job.Name} has succeeded and has no newest output");
        }
        var seen = state.Runs("watching").SelectMany(run => run.Seen.Values).ToList();
        Require(seen.Distinct().Count() == seen.Count, $"a change was acted on twice: {string.Join(", ", seen)}");
        Require(watched is null || state.Runs("watching").Any(run => run.Seen.Values.Contains(watched)), "a change was lost");
        Require(state.Finished("often") is not { } newest || state.Runs("after").Append(newest).Any(run => run.Finished > machine.Clock.GetUtcNow() - every * 2) || state.Runs("after").Any(run => run.Seen.Values.Contains(newest.Id)) || state.Runs("after").Any(run => run.IsActive), "a run that another waits for was lost");
        foreach (var (job, time) in passed.Where(of => !state.Runs(of.Job).Any(run => run.Id == StateFolder.IdAt(of.Time))))
        {
            faults.Add($"the run of {job} at {time:u} was lost");
        }
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            faults.Add($"{world.Elapsed}: {otherwise}");
        }
    }
}
