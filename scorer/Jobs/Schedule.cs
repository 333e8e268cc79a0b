namespace ParquetPool.Scorer.Jobs;

/// <summary>The times of a job's cron expressions.</summary>
/// <remarks>A pure function of the clock's reading and of how far it was looked at, so that a service that was away, or a clock that jumps, loses no time and repeats none.</remarks>
internal static class Schedule
{
    /// <summary>More than any change of clocks.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromHours(3);

    /// <summary>The next time after one; null where there is none.</summary>
    public static DateTimeOffset? Next(Job job, DateTimeOffset after) =>
        job.Triggers.OfType<CronTrigger>().Select(cron => cron.After(after)).Where(time => time is not null).Min();

    /// <summary>The last time after <paramref name="looked"/> and not after <paramref name="now"/>, and the trigger whose it is; null where none passed.</summary>
    public static (CronTrigger Trigger, DateTimeOffset Time)? Passed(Job job, DateTimeOffset looked, DateTimeOffset now) =>
        job.Triggers.OfType<CronTrigger>()
            .Select(cron => (Trigger: cron, Time: Last(cron, looked, now)))
            .Where(passed => passed.Time is not null)
            .Select(passed => ((CronTrigger, DateTimeOffset)?)(passed.Trigger, passed.Time!.Value))
            .MaxBy(passed => passed!.Value.Item2);

    /// <summary>The last of the times that one gets to from <paramref name="looked"/> on.</summary>
    /// <remarks>
    /// Not all of many are visited: a start close to <paramref name="now"/> will do. But when clocks go back, a start in between would come by a
    /// time for the second time, so only what lies some hours behind the start counts.
    /// </remarks>
    private static DateTimeOffset? Last(CronTrigger cron, DateTimeOffset looked, DateTimeOffset now)
    {
        for (var back = 2 * Settles; now - back > looked; back *= 2)
        {
            if (LastFrom(cron, now - back, now) is { } last && last >= now - back + Settles)
            {
                return last;
            }
        }
        return LastFrom(cron, looked, now);
    }

    private static DateTimeOffset? LastFrom(CronTrigger cron, DateTimeOffset start, DateTimeOffset now)
    {
        DateTimeOffset? last = null;
        while (cron.After(last ?? start) is { } next && next <= now)
        {
            last = next;
        }
        return last;
    }
}
