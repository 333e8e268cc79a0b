namespace ParquetPool.Storage;

/// <summary>An object store does not let these credentials do what was asked.</summary>
internal sealed class AccessRefusedException(string message, Exception cause) : IOException(message, cause);
