using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Audits;

/// <summary>What an audit logs. The numbers of all messages are one series.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(73, LogLevel.Warning, "how pictures lie on each other is not kept for the next audit, for the cache cannot be written (--cache): {Reason}")]
    public static partial void OverlapsNotKept(this ILogger log, string reason);
}
