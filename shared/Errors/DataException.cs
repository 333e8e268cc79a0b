namespace ParquetPool.Errors;

/// <summary>A file or a row is not what it must be: exit code 3.</summary>
/// <remarks>The message is one line: the value, what was expected, what to do.</remarks>
public sealed class DataException(string message, Exception? cause = null) : Exception(message, cause);
