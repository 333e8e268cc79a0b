using System.Collections.Concurrent;

namespace ParquetPool.Collections;

/// <summary>Holds a folder of the cache until the process ends, so that no other makes room of it.</summary>
internal static class CacheLease
{
    private const string FileName = ".lease";
    private static readonly ConcurrentDictionary<string, FileStream> Held = new(StringComparer.Ordinal);

    /// <summary>False where the folder is not there.</summary>
    public static bool Take(string folder, TimeProvider clock)
    {
        if (!Directory.Exists(folder))
        {
            return false;
        }
        try
        {
            var path = Path.Combine(folder, FileName);
            Held.GetOrAdd(path, _ => new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read));
            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
            return Directory.Exists(folder);
        }
        catch (Exception removed) when (removed is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>When the folder was used last.</summary>
    public static DateTime LastUse(DirectoryInfo folder) => new FileInfo(Path.Combine(folder.FullName, FileName)) is { Exists: true } lease ? lease.LastWriteTimeUtc : folder.LastWriteTimeUtc;

    /// <summary>Removes a folder that nobody holds.</summary>
    public static bool Remove(string folder)
    {
        try
        {
            using (new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            {
                Directory.Delete(folder, recursive: true);
            }
            return true;
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
