using System.Security.Cryptography;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>SHA-256 of a file's bytes: whether a file is still the one that was read.</summary>
public static class ContentHash
{
    private const int BufferBytes = 1 << 20;

    /// <summary>64 lower-case hexadecimal digits.</summary>
    /// <param name="stopping">Looked at between blocks of a megabyte.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Of(string path, CancellationToken stopping = default)
    {
        using var local = StoredFiles.Open(path, stopping);
        using var file = new FileStream(local.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Math.Clamp(file.Length, 1, BufferBytes)]; // Thousands of small files are hashed at a time.
        while (file.Read(buffer) is > 0 and var read)
        {
            stopping.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
