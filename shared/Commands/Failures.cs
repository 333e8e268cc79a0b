namespace ParquetPool.Commands;

/// <summary>The exit codes of both programs.</summary>
public static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int Data = 3;
    public const int Cancelled = 130;
}

/// <summary>The command line asks for something that cannot be: exit code 2.</summary>
/// <remarks>The message is one line: the value, what was expected, what to do.</remarks>
public sealed class UsageException(string message) : Exception(message);

/// <summary>A file or a row is not what it must be: exit code 3.</summary>
/// <remarks>The message is one line: the value, what was expected, what to do.</remarks>
public sealed class DataException(string message, Exception? cause = null) : Exception(message, cause);
