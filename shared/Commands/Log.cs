using Microsoft.Extensions.Logging;
using ParquetPool.Texts;

namespace ParquetPool.Commands;

/// <summary>What every command may log. The numbers of all messages are one series: the next free one is 54.</summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "unexpected failure")]
    public static partial void UnexpectedFailure(this ILogger log, Exception exception);

    [LoggerMessage(52, LogLevel.Information, "left out of the pool, for this program wrote them about one: {Files}; a file that is named itself is read as a shard")]
    public static partial void LeftOut(this ILogger log, string files);

    [LoggerMessage(53, LogLevel.Warning, "pictures that cannot be used and are no rows: {Count}; {File} has each with its cause")]
    public static partial void UnusedPictures(this ILogger log, int count, string file);

    [LoggerMessage(107, LogLevel.Warning, "{Assumption}")]
    public static partial void Assumed(this ILogger log, string assumption);

    /// <summary>Warns of ids to be left out that are no row's, however they are spelled.</summary>
    public static void SomeNotExcluded(this ILogger log, IReadOnlySet<string> excluded, IReadOnlySet<string> found)
    {
        var spellings = excluded.GroupBy(LabelText.Id).ToList();
        var missing = spellings.Where(of => !of.Any(found.Contains)).Select(of => of.Min(StringComparer.Ordinal)!).ToList();
        if (missing.Count > 0)
        {
            log.NotExcluded(missing.Count == spellings.Count ? $"none of the ids in --exclude, such as {missing.Min(StringComparer.Ordinal)}, is in the pool, so no row is left out"
                : $"{missing.Count} of {spellings.Count} ids in --exclude, such as {missing.Min(StringComparer.Ordinal)}, are not in the pool and leave no row out");
        }
    }

    [LoggerMessage(88, LogLevel.Warning, "{Which}: where they are of this pool, compare how both spell them")]
    private static partial void NotExcluded(this ILogger log, string which);
}
