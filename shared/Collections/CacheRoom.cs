using ParquetPool.Storage;

namespace ParquetPool.Collections;

/// <summary>Keeps what was made of pictures within bounds: the pools and files that were not used for longest go first.</summary>
public static class CacheRoom
{
    /// <summary>Shards, a folder each.</summary>
    public const string Pools = "pools";

    /// <summary>What was made of one picture each.</summary>
    public const string Entries = "entries";

    /// <summary>How pictures lie on each other.</summary>
    public const string Overlaps = "overlaps";

    /// <summary>Where all of it lies in the cache of this run.</summary>
    public static string Folder => Path.Combine(Path.GetFullPath(StoredFiles.Cache.Folder), "pictures");

    /// <param name="limit">Bytes of all together.</param>
    public static void Make(string folder, long limit)
    {
        List<(DateTime Used, long Bytes, string Path, bool IsPool)> all =
        [
            .. Folders(Path.Combine(folder, Pools)).Select(pool => (CacheLease.LastUse(pool), pool.EnumerateFiles().Sum(file => file.Length), pool.FullName, true)),
            .. new[] { Entries, Overlaps }.SelectMany(files => Files(Path.Combine(folder, files))).Select(file => (file.LastWriteTimeUtc, file.Length, file.FullName, false)),
        ];
        var left = all.Sum(of => of.Bytes) - limit;
        foreach (var (_, bytes, path, isPool) in all.OrderBy(of => of.Used).ThenBy(of => of.Path, StringComparer.Ordinal))
        {
            if (left <= 0)
            {
                return;
            }
            left -= (isPool ? CacheLease.Remove(path) : Remove(path)) ? bytes : 0;
        }
    }

    private static IEnumerable<DirectoryInfo> Folders(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateDirectories().Where(of => !TemporaryFile.IsOne(of.FullName)) : [];

    private static IEnumerable<FileInfo> Files(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories) : [];

    private static bool Remove(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
