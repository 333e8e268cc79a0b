using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Jobs;

/// <summary>What the service says of its jobs.</summary>
internal static partial class JobLog
{
    [LoggerMessage(10, LogLevel.Information, "job {Job}: run {Run} is due: {Cause}")]
    public static partial void RunDue(this ILogger log, string job, string run, string cause);

    [LoggerMessage(11, LogLevel.Information, "job {Job}: run {Run} starts, attempt {Attempt}")]
    public static partial void RunStarted(this ILogger log, string job, string run, int attempt);

    [LoggerMessage(12, LogLevel.Information, "job {Job}: run {Run} succeeded")]
    public static partial void RunSucceeded(this ILogger log, string job, string run);

    [LoggerMessage(13, LogLevel.Error, "job {Job}: run {Run} failed, attempt {Attempt}: {Message}")]
    public static partial void RunFailed(this ILogger log, string job, string run, int attempt, string message);

    [LoggerMessage(14, LogLevel.Warning, "job {Job}: run {Run} is passed over: {Why}")]
    public static partial void RunSkipped(this ILogger log, string job, string run, string why);

    [LoggerMessage(61, LogLevel.Information, "job {Job}: run {Run} is cancelled by hand")]
    public static partial void RunCancelled(this ILogger log, string job, string run);

    [LoggerMessage(62, LogLevel.Information, "job {Job} is {What} by hand")]
    public static partial void JobPaused(this ILogger log, string job, string what);

    [LoggerMessage(15, LogLevel.Information, "job {Job}: run {Run} goes on where an earlier service left it")]
    public static partial void RunResumed(this ILogger log, string job, string run);

    [LoggerMessage(17, LogLevel.Error, "job {Job}: what became of run {Run} cannot be kept: {Message}")]
    public static partial void NotKept(this ILogger log, string job, string run, string message);

    [LoggerMessage(105, LogLevel.Warning, "job {Job}: the {Watched} cannot be looked at: {Message}")]
    public static partial void CannotWatch(this ILogger log, string job, string watched, string message);

    [LoggerMessage(106, LogLevel.Warning, "{Path} lacks what a command said, for it cannot be written: {Message}")]
    public static partial void LogNotWritten(this ILogger log, string path, string message);
}
