using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Deliveries;

/// <summary>What is said of deliveries.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(19, LogLevel.Information, "job {Job}: run {Run} is delivered to {Target}")]
    public static partial void Delivered(this ILogger log, string job, string run, string target);

    [LoggerMessage(20, LogLevel.Warning, "job {Job}: run {Run} is not delivered to {Target} yet: {Message}")]
    public static partial void NotDelivered(this ILogger log, string job, string run, string target, string message);
}
