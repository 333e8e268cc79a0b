using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quartz;

namespace ParquetPool.Scorer.Jobs;

/// <summary>What starts a job by itself.</summary>
internal abstract record JobTrigger
{
    /// <summary>When that is, for people.</summary>
    public abstract string Words { get; }
}

/// <summary>Starts a job at the times of a cron expression.</summary>
/// <param name="RunMissed">Whether times that passed while no service ran start one run, or none.</param>
internal sealed record CronTrigger(CronExpression Expression, bool RunMissed) : JobTrigger
{
    // A day of the month meets a weekday within a year of its month; a leap day may take forty.
    private const int MostTries = 100_000;

    /// <summary>An expression whose times these must be too; null where there is none.</summary>
    public CronExpression? AlsoOn { get; init; }

    /// <summary>As it was written.</summary>
    public string Text { get; init; } = Expression.CronExpressionString;

    public override string Words => CronWords.Of(Text) is { } words ? $"{words} in {Expression.TimeZone.Id} ({Text})" : $"at {Text} {Expression.TimeZone.Id}";

    /// <summary>The next time after one; null where there is none.</summary>
    public DateTimeOffset? After(DateTimeOffset time)
    {
        var found = Expression.GetNextValidTimeAfter(time);
        for (var tries = 0; AlsoOn is not null && found is not null; tries++)
        {
            var both = AlsoOn.GetNextValidTimeAfter(found.Value.AddSeconds(-1));
            if (both == found || both is null || tries == MostTries)
            {
                return both == found ? found : null;
            }
            found = Expression.GetNextValidTimeAfter(both.Value.AddSeconds(-1));
        }
        return found;
    }
}

/// <summary>Starts a job when something is other than what its last run has seen. Nothing is lost while the job runs or no service does.</summary>
/// <param name="Key">Names what is watched, in the record of a run.</param>
internal abstract record WatchTrigger(string Key) : JobTrigger
{
    /// <summary>How long what is seen must stay the same before it counts.</summary>
    public virtual TimeSpan Quiet => TimeSpan.Zero;

    /// <summary>What is there now; null for nothing.</summary>
    /// <param name="finished">The id of the newest run of a job that succeeded, by the job's name.</param>
    public abstract string? Seen(Func<string, string?> finished);
}

/// <summary>A new round in a task's folder of the model registry.</summary>
internal sealed record NewRoundTrigger(string Folder) : WatchTrigger($"round of {Folder}")
{
    public override string Words => $"on a new round of {Folder}";

    public override string? Seen(Func<string, string?> finished) => new TaskFolder(Folder).Newest();
}

/// <summary>Shards that came, changed or went: by name, length and time of writing.</summary>
/// <param name="Pattern">A folder or a glob.</param>
internal sealed record NewShardsTrigger(string Pattern, TimeSpan QuietFor) : WatchTrigger($"shards of {Pattern}")
{
    public override string Words => $"when shards of {Pattern} change";

    public override TimeSpan Quiet => QuietFor;

    public override string? Seen(Func<string, string?> finished)
    {
        var lines = Shards.ShardSet.Files(Pattern)
            .Select(path => new FileInfo(path))
            .Where(file => file.Exists)
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.FullName}\n{file.Length}\n{file.LastWriteTimeUtc.Ticks}\n"))
            .Order(StringComparer.Ordinal)
            .ToList();
        return lines.Count == 0 ? null : $"{lines.Count} shards, {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))))[..16]}";
    }
}

/// <summary>A run of another job that succeeded.</summary>
internal sealed record AfterTrigger(string Job) : WatchTrigger($"run of {Job}")
{
    public override string Words => $"after {Job}";

    public override string? Seen(Func<string, string?> finished) => finished(Job);
}
