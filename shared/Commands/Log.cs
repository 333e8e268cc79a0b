using Microsoft.Extensions.Logging;

namespace ParquetPool.Commands;

/// <summary>What every command may log. The numbers of all messages are one series: the next free one is 54.</summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "unexpected failure")]
    public static partial void UnexpectedFailure(this ILogger log, Exception exception);

    [LoggerMessage(52, LogLevel.Information, "left out of the pool, for this program wrote them about one: {Files}; a file that is named itself is read as a shard")]
    public static partial void LeftOut(this ILogger log, string files);

    [LoggerMessage(53, LogLevel.Warning, "{Count} pictures cannot be used and are no rows: {File} has each with its cause")]
    public static partial void UnusedPictures(this ILogger log, int count, string file);

    [LoggerMessage(107, LogLevel.Warning, "{Assumption}")]
    public static partial void Assumed(this ILogger log, string assumption);

    [LoggerMessage(88, LogLevel.Warning, "none of the ids in --exclude, such as {Example}, is in the pool, so no row is left out: where they are of this pool, compare how both spell them")]
    public static partial void NothingExcluded(this ILogger log, string? example);
}
