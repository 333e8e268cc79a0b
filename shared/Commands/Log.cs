using Microsoft.Extensions.Logging;

namespace ParquetPool.Commands;

/// <summary>Every message that both programs log.</summary>
public static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "unexpected failure")]
    public static partial void UnexpectedFailure(this ILogger log, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "after {Chosen} of {Wanted} rows no other tells more about which of the {Passes} members is right; the rest are in the order of {By}: score with more --passes, or select fewer rows at a time")]
    public static partial void NothingMoreToTell(this ILogger log, int chosen, int wanted, int passes, string by);

    [LoggerMessage(3, LogLevel.Warning, "a text has {Features} distinct features on average, so hardly two are alike but those that are the same{Remedy}")]
    public static partial void FewFeatures(this ILogger log, double features, string remedy);

    [LoggerMessage(4, LogLevel.Warning, "{Selected} rows are selected, {Asked} were asked for: {Selectable} are left that may be{Others}")]
    public static partial void FewerThanAsked(this ILogger log, int selected, int asked, long selectable, string others);

    [LoggerMessage(5, LogLevel.Warning, "no classes are known, so the labelling interface offers none: name them with --classes")]
    public static partial void NoClasses(this ILogger log);

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

    [LoggerMessage(16, LogLevel.Information, "{Jobs} jobs, state in {State}, status page at {Address}")]
    public static partial void ServiceStarted(this ILogger log, int jobs, string state, string address);

    [LoggerMessage(17, LogLevel.Error, "job {Job}: what became of run {Run} cannot be kept: {Message}")]
    public static partial void NotKept(this ILogger log, string job, string run, string message);

    [LoggerMessage(18, LogLevel.Error, "the jobs cannot be looked after: {Message}")]
    public static partial void CannotLook(this ILogger log, string message);

    [LoggerMessage(19, LogLevel.Information, "job {Job}: run {Run} is delivered to {Target}")]
    public static partial void Delivered(this ILogger log, string job, string run, string target);

    [LoggerMessage(20, LogLevel.Warning, "job {Job}: run {Run} is not delivered to {Target} yet: {Message}")]
    public static partial void NotDelivered(this ILogger log, string job, string run, string target, string message);

    [LoggerMessage(21, LogLevel.Information, "somebody at {From} signed in")]
    public static partial void SignedIn(this ILogger log, string from);

    [LoggerMessage(22, LogLevel.Warning, "somebody at {From} gave a wrong token")]
    public static partial void SignInWrong(this ILogger log, string from);

    [LoggerMessage(23, LogLevel.Warning, "somebody at {From} was turned away: too many try to sign in at a time")]
    public static partial void SignInTurnedAway(this ILogger log, string from);

    [LoggerMessage(24, LogLevel.Warning, "{Path} holds a secret and can be read by other users of this machine: chmod 600")]
    public static partial void SecretOpen(this ILogger log, string path);

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
