using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Cluster;

/// <summary>What a node of a cluster says.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(40, LogLevel.Warning, "--cluster holds a password, which every user of this machine can read among the processes' arguments: write the connection string to a file that only the service can read, and name the file")]
    public static partial void PasswordShown(this ILogger log);

    [LoggerMessage(41, LogLevel.Information, "node {Node} of the cluster at {Database}")]
    public static partial void NodeStarted(this ILogger log, string node, string database);

    [LoggerMessage(42, LogLevel.Information, "task {Task} of {Run} starts, attempt {Attempt}")]
    public static partial void TaskStarted(this ILogger log, string task, string run, int attempt);

    [LoggerMessage(43, LogLevel.Information, "task {Task} of {Run} is done, attempt {Attempt}")]
    public static partial void TaskDone(this ILogger log, string task, string run, int attempt);

    [LoggerMessage(44, LogLevel.Error, "task {Task} of {Run} failed, attempt {Attempt}: {Message}")]
    public static partial void TaskFailed(this ILogger log, string task, string run, int attempt, string message);

    [LoggerMessage(45, LogLevel.Warning, "task {Task} of {Run} was cancelled or went to another node: attempt {Attempt} does not count")]
    public static partial void TaskLost(this ILogger log, string task, string run, int attempt);

    [LoggerMessage(46, LogLevel.Warning, "the cluster's database does not answer: {Message}")]
    public static partial void DatabaseAway(this ILogger log, string message);

    [LoggerMessage(47, LogLevel.Information, "node {Node} leads the cluster")]
    public static partial void Leads(this ILogger log, string node);

    [LoggerMessage(48, LogLevel.Information, "node {Node} leads the cluster no more")]
    public static partial void LeadsNoMore(this ILogger log, string node);

    [LoggerMessage(49, LogLevel.Warning, "this node cannot lead: {Message}")]
    public static partial void CannotLead(this ILogger log, string message);

    [LoggerMessage(50, LogLevel.Warning, "Quartz: {Message} {Reason}")]
    public static partial void QuartzWarns(this ILogger log, string message, string reason);

    [LoggerMessage(51, LogLevel.Debug, "Quartz's trace")]
    public static partial void QuartzFailure(this ILogger log, Exception? exception);
}
