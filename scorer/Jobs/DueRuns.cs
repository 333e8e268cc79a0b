using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Jobs;

/// <summary>Makes runs of what is due: times that passed, and what is new.</summary>
internal sealed class DueRuns(StateFolder state, TimeProvider clock, ILogger log)
{
    /// <summary>A time that is found later than this after it passed was missed.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly Watch watch = new(state, clock, log);

    /// <summary>Looks at the times of a job's cron expressions.</summary>
    public void LookAtTimes(Job job, DateTimeOffset now)
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
        if (state.PausedSince(job.Name) is not null)
        {
            state.SetLooked(job.Name, time);
            return;
        }
        // The run first: what is killed in between finds it by its id.
        if (!state.Runs(job.Name).Any(run => run.Id == StateFolder.IdAt(time)))
        {
            Take(job, trigger, time, now);
        }
        state.SetLooked(job.Name, time);
    }

    private void Take(Job job, CronTrigger trigger, DateTimeOffset time, DateTimeOffset now)
    {
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

    /// <summary>Looks at what a job watches.</summary>
    public void LookAround(Job job, DateTimeOffset now)
    {
        if (state.PausedSince(job.Name) is not null)
        {
            return;
        }
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

    /// <summary>What a run that begins now has seen of all that its job watches.</summary>
    public IReadOnlyDictionary<string, string> Seen(Job job) => watch.Seen(job);

    /// <summary>Makes a run.</summary>
    /// <param name="cause">For people.</param>
    public JobRun Add(Job job, string cause, DateTimeOffset due)
    {
        var id = state.NewId(job.Name, due);
        var run = new JobRun(job.Name, id, cause, due, Path.Combine(job.Out, id)) { Number = state.NextNumber(job.Name) };
        state.Save(run);
        log.RunDue(job.Name, id, cause);
        return run;
    }

    private void Skip(Job job, DateTimeOffset time, string why)
    {
        var id = StateFolder.IdAt(time);
        state.Save(new JobRun(job.Name, id, "schedule", time, Path.Combine(job.Out, id)) { Number = state.NextNumber(job.Name), State = RunState.Skipped, Finished = clock.GetUtcNow(), Message = why });
        log.RunSkipped(job.Name, id, why);
    }
}
