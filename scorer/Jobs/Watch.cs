using Microsoft.Extensions.Logging;
using ParquetPool.Errors;

namespace ParquetPool.Scorer.Jobs;

/// <summary>Finds out whether what a job watches is other than its last run saw it.</summary>
/// <remarks>What cannot be looked at, as a folder that is away, is no news and keeps no other job from running; it is told once, until it can be again.</remarks>
internal sealed class Watch(StateFolder state, TimeProvider clock, ILogger log)
{
    private readonly Dictionary<(string Job, string Key), (string Seen, long Since)> still = [];
    private readonly HashSet<(string Job, string Key)> away = [];

    /// <summary>What is there for the first time and has stayed the same for long enough; null for nothing.</summary>
    public string? News(Job job)
    {
        foreach (var trigger in job.Triggers.OfType<WatchTrigger>())
        {
            var last = state.Runs(job.Name).LastOrDefault(run => run.Seen.ContainsKey(trigger.Key));
            if (Now(job, trigger) is { } now && now != last?.Seen[trigger.Key] && IsStill(job, trigger, now))
            {
                return $"{trigger.Key}: {now}";
            }
        }
        return null;
    }

    /// <summary>All that is there, for the record of a run that begins.</summary>
    public IReadOnlyDictionary<string, string> Seen(Job job) =>
        job.Triggers.OfType<WatchTrigger>().Select(trigger => (trigger.Key, Now: Now(job, trigger))).Where(t => t.Now is not null).ToDictionary(t => t.Key, t => t.Now!);

    private string? Now(Job job, WatchTrigger trigger)
    {
        var key = (job.Name, trigger.Key);
        try
        {
            var seen = trigger.Seen(other => state.Finished(other)?.Id);
            away.Remove(key);
            return seen;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DataException)
        {
            if (away.Add(key))
            {
                log.CannotWatch(job.Name, trigger.Key, e.Message);
            }
            return null;
        }
    }

    private bool IsStill(Job job, WatchTrigger trigger, string now)
    {
        var key = (job.Name, trigger.Key);
        if (!still.TryGetValue(key, out var before) || before.Seen != now)
        {
            before = still[key] = (now, clock.GetTimestamp());
        }
        return clock.GetElapsedTime(before.Since) >= trigger.Quiet;
    }
}
