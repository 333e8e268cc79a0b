using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Serving;

/// <summary>What the service says of itself.</summary>
internal static partial class ServiceLog
{
    [LoggerMessage(16, LogLevel.Information, "{Jobs} jobs, state in {State}, status page at {Address}")]
    public static partial void ServiceStarted(this ILogger log, int jobs, string state, string address);

    [LoggerMessage(18, LogLevel.Error, "the jobs cannot be looked after: {Message}")]
    public static partial void CannotLook(this ILogger log, string message);

    [LoggerMessage(24, LogLevel.Warning, "{Path} holds a secret and can be read by other users of this machine: chmod 600")]
    public static partial void SecretOpen(this ILogger log, string path);
}
