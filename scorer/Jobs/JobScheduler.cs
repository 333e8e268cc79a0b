using Microsoft.Extensions.Logging;
using ParquetPool.Commands;
using ParquetPool.Scorer.Deliveries;

namespace ParquetPool.Scorer.Jobs;

/// <summary>Decides which job runs when, and keeps what became of its runs.</summary>
/// <remarks>Any thread may call. A job never runs twice at the same time.</remarks>
/// <param name="poll">How often new rounds and shards are looked for.</param>
/// <param name="parallel">Runs at the same time.</param>
public sealed class JobScheduler(JobList jobs, StateFolder state, JobExecution execute, TimeProvider clock, ILogger log, TimeSpan poll, int parallel) : IDisposable
{
    /// <summary>A time that is found later than this after it passed was missed.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (Task Work, JobRun Run)> running = [];
    private readonly Dictionary<string, StageProgress> progress = [];
    private readonly Watch watch = new(state, clock);
    private readonly CancellationTokenSource stop = new();
    private long? polled;
    private long looked;

    /// <summary>An attempt ended; the run is as it was kept.</summary>
    public event Action<JobRun>? Ended;

    /// <summary>A step of a run ended.</summary>
    public event Action<JobRun, StageProgress>? StageEnded;

    /// <summary>Takes up what a service that was stopped or killed left.</summary>
    public void Recover()
    {
        foreach (var run in state.Jobs.SelectMany(state.Runs).Where(run => run.IsActive).ToList())
        {
            if (jobs.Find(run.Job) is null)
            {
                state.Save(run with { State = RunState.Failed, Finished = clock.GetUtcNow(), Message = "the jobs file no longer has this job" });
            }
            else if (run.State == RunState.Running)
            {
                state.Save(run with { State = RunState.Waiting, Attempts = run.Attempts - 1 });
                log.RunResumed(run.Job, run.Id);
            }
        }
    }

    /// <summary>Looks at the clock and at what is watched, and starts what is due. To be called every second or so.</summary>
    public void Tick()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            foreach (var job in jobs.Jobs)
            {
                LookAtTimes(job, now);
            }
            if (polled is null || clock.GetElapsedTime(polled.Value) >= poll)
            {
                polled = clock.GetTimestamp();
                foreach (var job in jobs.Jobs)
                {
                    LookAround(job, now);
                }
            }
            StartDue(now);
            looked = clock.GetTimestamp();
        }
    }

    /// <summary>Whether the last look that went well is not older than this.</summary>
    public bool LookedWithin(TimeSpan span)
    {
        lock (gate)
        {
            return polled is not null && clock.GetElapsedTime(looked) <= span;
        }
    }

    /// <summary>Runs a job now, as soon as it is its turn.</summary>
    /// <returns>The run; one that waits already takes the place of another.</returns>
    public JobRun RunNow(Job job)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            var run = state.Runs(job.Name).FirstOrDefault(r => r.IsFresh) ?? Add(job, "by hand", now);
            StartDue(now);
            return run;
        }
    }

    /// <summary>How far a run is; null where it does not run or has not said yet.</summary>
    public StageProgress? ProgressOf(JobRun run)
    {
        lock (gate)
        {
            return running.TryGetValue(run.Job, out var now) && now.Run.Id == run.Id ? progress.GetValueOrDefault(run.Job) : null;
        }
    }

    /// <summary>Runs that wait for their turn.</summary>
    public int Waiting() => jobs.Jobs.Sum(job => state.Runs(job.Name).Count(run => run.State == RunState.Waiting));

    /// <summary>The next time of a job's cron expressions; null where it has none.</summary>
    public DateTimeOffset? Next(Job job) => Schedule.Next(job, clock.GetUtcNow());

    /// <summary>Stops all runs; the next service goes on with them.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Idle();
    }

    /// <summary>Ends when the runs that run now have ended.</summary>
    public Task Idle()
    {
        lock (gate)
        {
            return Task.WhenAll(running.Values.Select(r => r.Work));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private void LookAtTimes(Job job, DateTimeOffset now)
    {
        var looked = state.Looked(job.Name);
        if (looked is null || looked > now)
        {
            // A new job has missed nothing. A clock that was set back comes by the same times again; a run's id tells those that were kept.
            state.SetLooked(job.Name, now);
            return;
        }
        if (Schedule.Passed(job, looked.Value, now) is not var (trigger, time))
        {
            return;
        }
        state.SetLooked(job.Name, time);
        if (state.Runs(job.Name).Any(run => run.Id == StateFolder.IdAt(time)))
        {
            return;
        }
        var active = state.Runs(job.Name).Where(run => run.IsActive).ToList();
        if (now - time > Late && !trigger.RunMissed)
        {
            Skip(job, time, "no service ran at this time");
        }
        else if (active.Find(run => job.Overlap == Overlap.Skip || run.IsFresh) is { } before)
        {
            Skip(job, time, before.IsFresh ? $"run {before.Id} still waited" : $"run {before.Id} was not done");
        }
        else
        {
            Add(job, "schedule", time);
        }
    }

    private void LookAround(Job job, DateTimeOffset now)
    {
        var active = state.Runs(job.Name).Where(run => run.IsActive).ToList();
        if (active.Count > 0 && (job.Overlap == Overlap.Skip || active.Exists(run => run.State == RunState.Waiting)))
        {
            return; // It stays new until a run begins that sees it.
        }
        if (watch.News(job) is { } news)
        {
            Add(job, news, now);
        }
    }

    private JobRun Add(Job job, string cause, DateTimeOffset due)
    {
        var id = state.NewId(job.Name, due);
        var run = new JobRun(job.Name, id, cause, due, Path.Combine(job.Out, id));
        state.Save(run);
        log.RunDue(job.Name, id, cause);
        return run;
    }

    private void Skip(Job job, DateTimeOffset time, string why)
    {
        var id = StateFolder.IdAt(time);
        state.Save(new JobRun(job.Name, id, "schedule", time, Path.Combine(job.Out, id)) { State = RunState.Skipped, Finished = clock.GetUtcNow(), Message = why });
        log.RunSkipped(job.Name, id, why);
    }

    private void StartDue(DateTimeOffset now)
    {
        var due = jobs.Jobs
            .Where(job => !running.ContainsKey(job.Name))
            .Select(job => (Job: job, Run: state.Runs(job.Name).FirstOrDefault(run => run.State == RunState.Waiting)))
            .Where(next => next.Run is { } run && IsDue(next.Job, run, now))
            .OrderBy(next => next.Run!.Due);
        foreach (var (job, run) in due.Take(stop.IsCancellationRequested ? 0 : parallel - running.Count).ToList())
        {
            var started = run! with { State = RunState.Running, Attempts = run.Attempts + 1, Started = run.Started ?? now, Seen = watch.Seen(job), Message = null, NotBefore = null };
            state.Save(started);
            log.RunStarted(job.Name, run.Id, started.Attempts);
            progress.Remove(job.Name);
            running[job.Name] = (Task.Run(() => RunAsync(job, started)), started);
        }
    }

    /// <summary>A retry that lies further ahead than its delay is due too: the clock was set back.</summary>
    private static bool IsDue(Job job, JobRun run, DateTimeOffset now) =>
        run.NotBefore is not { } time || time <= now || time - now > Delay(job, run.Attempts);

    /// <summary>Doubles with each retry, up to a day.</summary>
    private static TimeSpan Delay(Job job, int attempts) =>
        TimeSpan.FromSeconds(Math.Min(job.BackOff.TotalSeconds * Math.Pow(2, attempts - 1), TimeSpan.FromDays(1).TotalSeconds));

    private async Task RunAsync(Job job, JobRun run)
    {
        using var limit = new CancellationTokenSource(job.TimeLimit ?? Timeout.InfiniteTimeSpan, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, limit.Token);
        JobRun ended;
        try
        {
            RunOutputs.Prepare(job, run, state.Finished(job.Name));
            var arguments = job.Arguments(run.Out, name => state.Finished(name)?.Out);
            var outcome = await execute(run, arguments, now => Report(run, now), ends.Token);
            ended = outcome.ExitCode == ExitCode.Success ? Succeed(job, run, outcome) : Fail(job, run, outcome.Message!, again: outcome.ExitCode != ExitCode.Usage);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            ended = Fail(job, run, $"took longer than its limit of {Duration.Text(job.TimeLimit!.Value)}", again: true);
        }
        catch (OperationCanceledException)
        {
            ended = run with { State = RunState.Waiting, Attempts = run.Attempts - 1, Message = "stopped with the service" };
        }
        catch (Exception e)
        {
            log.UnexpectedFailure(e);
            ended = Fail(job, run, e.Message, again: true);
        }
        lock (gate)
        {
            running.Remove(job.Name);
            try
            {
                state.Save(ended);
                if (!IsRead(job))
                {
                    RunOutputs.Trim(job, state.Runs(job.Name));
                }
                state.Trim(job.Name);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.NotKept(job.Name, run.Id, e.Message);
            }
        }
        Ended?.Invoke(ended);
    }

    /// <summary>Whether a run that goes on reads an output of the job.</summary>
    private bool IsRead(Job job) =>
        running.Keys.Any(name => jobs.Find(name)!.Options.Any(option => option.Values.Any(value => JobOption.JobIn(value) == job.Name)));

    private void Report(JobRun run, StageProgress now)
    {
        lock (gate)
        {
            progress[run.Job] = now;
        }
        if (now.Ended)
        {
            StageEnded?.Invoke(run, now);
        }
    }

    private JobRun Succeed(Job job, JobRun run, RunOutcome outcome)
    {
        RunOutputs.Publish(job, run);
        log.RunSucceeded(job.Name, run.Id);
        return run with { State = RunState.Succeeded, Finished = clock.GetUtcNow(), Summary = outcome.Summary, Deliveries = [.. job.Deliver.Select(target => new Delivery(target.Name))] };
    }

    private JobRun Fail(Job job, JobRun run, string message, bool again)
    {
        log.RunFailed(job.Name, run.Id, run.Attempts, message);
        var now = clock.GetUtcNow();
        return again && run.Attempts <= job.Retries
            ? run with { State = RunState.Waiting, NotBefore = now + Delay(job, run.Attempts), Message = message }
            : run with { State = RunState.Failed, Finished = now, Message = message };
    }
}
