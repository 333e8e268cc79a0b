using Microsoft.Extensions.Logging;

namespace ParquetPool.Commands;

/// <summary>Every message that both programs log.</summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "unexpected failure")]
    public static partial void UnexpectedFailure(this ILogger log, Exception exception);
}
