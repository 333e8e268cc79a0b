using Microsoft.Extensions.Logging;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Jobs;

/// <summary>Decides which job runs when, and keeps what became of its runs.</summary>
/// <remarks>Any thread may call. A job never runs twice at the same time.</remarks>
/// <param name="poll">How often new rounds and shards are looked for.</param>
/// <param name="parallel">Runs at the same time.</param>
internal sealed class JobScheduler(JobList jobs, StateFolder state, JobExecution execute, TimeProvider clock, ILogger log, TimeSpan poll, int parallel) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (Task Work, JobRun Run, CancellationTokenSource Cancel)> running = [];
    private readonly Dictionary<string, StageProgress> progress = [];
    private readonly DueRuns dueRuns = new(state, clock, log);
    private readonly RunAttempt attempt = new(state, execute, clock, log);
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
            else if (run.IsCancelled)
            {
                state.Save(attempt.Cancelled(run));
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
            state.SaveLate();
            foreach (var job in jobs.Jobs)
            {
                dueRuns.LookAtTimes(job, now);
            }
            if (polled is null || clock.GetElapsedTime(polled.Value) >= poll)
            {
                polled = clock.GetTimestamp();
                foreach (var job in jobs.Jobs)
                {
                    dueRuns.LookAround(job, now);
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
            var run = state.Runs(job.Name).FirstOrDefault(r => r.IsFresh) is { } waits ? TakenByHand(waits) : dueRuns.Add(job, JobRun.ByHand, now);
            StartDue(now);
            return run;
        }
    }

    /// <summary>Ends a job's run, the one that runs or else the one that waits. A command that runs has its time to end.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Cancel(Job job)
    {
        lock (gate)
        {
            if (state.Runs(job.Name).Where(r => r.IsActive).OrderByDescending(r => r.State == RunState.Running).FirstOrDefault() is not { } run)
            {
                return false;
            }
            if (running.TryGetValue(job.Name, out var now))
            {
                try
                {
                    state.Save(run with { IsCancelled = true }); // What is killed before the command has ended does not go on with it.
                }
                finally
                {
                    now.Cancel.Cancel(); // Also where the disk is full: by this very command, it may be.
                }
                return true;
            }
            // What it would have seen is no news any more, or the next look would start it again.
            state.Save(attempt.Cancelled(run.Started is null ? run with { Seen = dueRuns.Seen(job) } : run));
            return true;
        }
    }

    /// <summary>Goes on now with a job's last run, which failed, was cancelled or waits to be tried again, as if nothing of it had been tried.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Retry(Job job)
    {
        lock (gate)
        {
            var runs = state.Runs(job.Name);
            var last = runs.FirstOrDefault(run => run.IsActive) ?? runs.LastOrDefault(run => run.State != RunState.Skipped);
            if (last is null || !last.MayBeRetried)
            {
                return false;
            }
            TakenByHand(last with { State = RunState.Waiting, Attempts = 0, NotBefore = null, Finished = null });
            StartDue(clock.GetUtcNow());
            return true;
        }
    }

    /// <summary>Lets a job start nothing by itself, or lets it again; what a person starts runs all the same.</summary>
    public void Pause(Job job, bool isPaused)
    {
        lock (gate)
        {
            state.SetPaused(job.Name, isPaused ? clock.GetUtcNow() : null);
            log.JobPaused(job.Name, isPaused ? "paused" : "resumed");
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

    /// <summary>Stops all runs; the next service goes on with them.</summary>
    public async Task StopAsync()
    {
        stop.Cancel();
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

    private void StartDue(DateTimeOffset now)
    {
        var due = jobs.Jobs
            .Where(job => !running.ContainsKey(job.Name))
            .Select(job => (Job: job, Run: state.Runs(job.Name).FirstOrDefault(run => run.State == RunState.Waiting)))
            .Where(next => next.Run is { } run && run.IsDue(next.Job, now) && (run.Cause == JobRun.ByHand || state.PausedSince(run.Job) is null))
            .OrderBy(next => next.Run!.Due);
        foreach (var (job, run) in due.Take(stop.IsCancellationRequested ? 0 : parallel - running.Count).ToList())
        {
            // What a further attempt goes on with is what the first has seen; alone, it may take in more, and the next run finds little new.
            var started = run! with
            {
                State = RunState.Running,
                Attempts = run.Attempts + 1,
                Started = run.Started ?? now,
                Seen = run.Started is null ? dueRuns.Seen(job) : run.Seen,
                Message = null,
                NotBefore = null,
            };
            state.Save(started);
            log.RunStarted(job.Name, run.Id, started.Attempts);
            progress.Remove(job.Name);
            var cancel = new CancellationTokenSource();
            // On the scheduler of whoever looks: a simulation has one of its own.
            running[job.Name] = (Task.Factory.StartNew(() => RunAsync(job, started, cancel), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current).Unwrap(), started, cancel);
        }
    }

    /// <summary>Keeps a run that a person asked for, whoever asked before: a pause does not hold it.</summary>
    private JobRun TakenByHand(JobRun run) => state.Save(run with { Cause = JobRun.ByHand });

    private async Task RunAsync(Job job, JobRun run, CancellationTokenSource cancel)
    {
        var ended = await attempt.RunAsync(job, run, now => Report(run, now), cancel.Token, stop.Token);
        lock (gate)
        {
            running.Remove(job.Name);
            ended = cancel.IsCancellationRequested && ended.IsActive ? attempt.Cancelled(ended) : ended; // It failed meanwhile, and would be tried again.
            cancel.Dispose();
            try
            {
                state.SaveEnd(ended);
                if (!jobs.Reads(running.Keys, job))
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
}
