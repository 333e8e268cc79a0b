using Microsoft.Extensions.Logging;

namespace ParquetPool.Scorer.Status;

/// <summary>What is said of those who sign in.</summary>
internal static partial class SignInLog
{
    [LoggerMessage(21, LogLevel.Information, "somebody at {From} signed in")]
    public static partial void SignedIn(this ILogger log, string from);

    [LoggerMessage(22, LogLevel.Warning, "somebody at {From} gave a wrong token")]
    public static partial void SignInWrong(this ILogger log, string from);

    [LoggerMessage(23, LogLevel.Warning, "somebody at {From} was turned away: too many try to sign in at a time")]
    public static partial void SignInTurnedAway(this ILogger log, string from);
}
