using ParquetPool.Commands;

namespace ParquetPool.Shards;

/// <summary>Finds the Parquet files in folders that would be passed over because their names have no ending, as Hive and Impala write them.</summary>
internal static class UnnamedShards
{
    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <exception cref="DataException">There are some in a folder of this machine that is among the patterns.</exception>
    public static void RequireNone(IEnumerable<string> patterns)
    {
        foreach (var folder in patterns.Where(Directory.Exists))
        {
            var unnamed = FolderFiles.Below(folder).Where(path => !Path.GetFileName(path).Contains('.') && HiddenNames.Allow(Path.GetRelativePath(folder, path)) && IsParquet(path)).Order(StringComparer.Ordinal).ToList();
            if (unnamed.Count > 0)
            {
                throw new DataException($"{unnamed[0]} is a Parquet file without an ending{(unnamed.Count > 1 ? $", like {unnamed.Count - 1} more" : "")}, and of a folder only *.parquet, *.parq and *.pq are read: rename such files, or name them with a quoted glob such as '{folder.TrimEnd('/')}/*'");
            }
        }
    }

    private static bool IsParquet(string path)
    {
        if (new FileInfo(path) is not { Length: > 12 })
        {
            return false; // Nor is a pipe ever opened.
        }
        Span<byte> start = stackalloc byte[4];
        try
        {
            using var file = File.OpenRead(path);
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Magic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
