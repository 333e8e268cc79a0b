using Microsoft.Extensions.Logging;

namespace ParquetPool.Commands;

/// <summary>What every command may log. The numbers of all messages are one series: the next free one is 52.</summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "unexpected failure")]
    public static partial void UnexpectedFailure(this ILogger log, Exception exception);
}
