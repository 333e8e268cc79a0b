using Quartz;

namespace ParquetPool.Scorer.Jobs;

/// <summary>The times of a job's cron expressions.</summary>
/// <remarks>A pure function of the clock's reading and of how far it was looked at, so that a service that was away, or a clock that jumps, loses no time and repeats none.</remarks>
internal static class Schedule
{
    /// <summary>The next time after one; null where there is none.</summary>
    public static DateTimeOffset? Next(Job job, DateTimeOffset after) =>
        job.Triggers.OfType<CronTrigger>().Select(cron => cron.Expression.GetNextValidTimeAfter(after)).Where(time => time is not null).Min();

    /// <summary>The last time after <paramref name="looked"/> and not after <paramref name="now"/>, and the trigger whose it is; null where none passed.</summary>
    public static (CronTrigger Trigger, DateTimeOffset Time)? Passed(Job job, DateTimeOffset looked, DateTimeOffset now) =>
        job.Triggers.OfType<CronTrigger>()
            .Select(cron => (Trigger: cron, Time: Last(cron.Expression, looked, now)))
            .Where(passed => passed.Time is not null)
            .Select(passed => ((CronTrigger, DateTimeOffset)?)(passed.Trigger, passed.Time!.Value))
            .MaxBy(passed => passed!.Value.Item2);

    private static DateTimeOffset? Last(CronExpression cron, DateTimeOffset looked, DateTimeOffset now)
    {
        if (cron.GetNextValidTimeAfter(looked) is not { } first || first > now)
        {
            return null;
        }
        // Backwards in steps that double, so that few times of many are visited.
        var last = first;
        for (var step = TimeSpan.FromSeconds(1); now - step > first; step *= 2)
        {
            if (cron.GetNextValidTimeAfter(now - step) is { } late && late <= now)
            {
                last = late;
                break;
            }
        }
        while (cron.GetNextValidTimeAfter(last) is { } next && next <= now)
        {
            last = next;
        }
        return last;
    }
}
