namespace ParquetPool.Errors;

/// <summary>The command line asks for something that cannot be: exit code 2.</summary>
/// <remarks>The message is one line: the value, what was expected, what to do.</remarks>
public sealed class UsageException(string message) : Exception(message);
