namespace ParquetPool.Scorer.Jobs;

/// <summary>Finds out whether what a job watches is other than its last run saw it.</summary>
internal sealed class Watch(StateFolder state, TimeProvider clock)
{
    private readonly Dictionary<(string Job, string Key), (string Seen, long Since)> still = [];

    /// <summary>What is there for the first time and has stayed the same for long enough; null for nothing.</summary>
    public string? News(Job job)
    {
        foreach (var trigger in job.Triggers.OfType<WatchTrigger>())
        {
            var last = state.Runs(job.Name).LastOrDefault(run => run.Seen.ContainsKey(trigger.Key));
            if (Now(trigger) is { } now && now != last?.Seen[trigger.Key] && IsStill(job, trigger, now))
            {
                return $"{trigger.Key}: {now}";
            }
        }
        return null;
    }

    /// <summary>All that is there, for the record of a run that begins.</summary>
    public IReadOnlyDictionary<string, string> Seen(Job job) =>
        job.Triggers.OfType<WatchTrigger>().Select(trigger => (trigger.Key, Now: Now(trigger))).Where(t => t.Now is not null).ToDictionary(t => t.Key, t => t.Now!);

    private string? Now(WatchTrigger trigger) => trigger.Seen(job => state.Finished(job)?.Id);

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
