using System.Collections.Concurrent;

namespace ParquetPool.Storage;

/// <summary>The SHA-256 of files that this process wrote and hashed on the way, or has just compared: they need not be read again for their list.</summary>
public static class WrittenHashes
{
    private static readonly ConcurrentDictionary<string, (long Bytes, DateTime Written, string Sha256)> Known = new(StringComparer.Ordinal);

    /// <param name="at">Where the file lies now, before it gets its name.</param>
    public static void Remember(string path, string at, string sha256)
    {
        var file = new FileInfo(at);
        Known[Path.GetFullPath(path)] = (file.Length, file.LastWriteTimeUtc, sha256);
    }

    /// <summary>What was remembered of a file, once; null where there is nothing, or the file is another.</summary>
    public static string? Take(string path) =>
        Known.TryRemove(Path.GetFullPath(path), out var known) && new FileInfo(path) is { Exists: true } file && (file.Length, file.LastWriteTimeUtc) == (known.Bytes, known.Written) ? known.Sha256 : null;
}
