using Microsoft.Extensions.Logging;

namespace ParquetPool.Commands;

/// <summary>Every message that both programs log.</summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "unexpected failure")]
    public static partial void UnexpectedFailure(this ILogger log, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "after {Chosen} of {Wanted} rows no other tells more about which of the {Passes} members is right; the rest are in the order of {By}: score with more --passes, or select fewer rows at a time")]
    public static partial void NothingMoreToTell(this ILogger log, int chosen, int wanted, int passes, string by);
}
