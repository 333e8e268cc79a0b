using ParquetPool.Errors;
using ParquetPool.Tables;

namespace ParquetPool.Shards;

/// <summary>Finds the Parquet files in folders that would be passed over for their names: those without an ending, as Hive and Impala write them, and packed ones.</summary>
internal static class UnnamedShards
{
    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    private static readonly string[] Packed = [".gz", ".zst", ".bz2", ".xz", ".zip", ".lz4", ".br", ".snappy"];

    /// <exception cref="DataException">There are some in a folder of this machine that is among the patterns.</exception>
    public static void RequireNone(IEnumerable<string> patterns)
    {
        foreach (var folder in patterns.Where(Directory.Exists))
        {
            var unnamed = FolderFiles.Below(folder).Where(path => HiddenNames.Allow(Path.GetRelativePath(folder, path)) && (IsPacked(path) || (!Path.GetFileName(path).Contains('.') && IsParquet(path)))).Order(StringComparer.Ordinal).ToList();
            if (unnamed.Count > 0)
            {
                var more = unnamed.Count > 1 ? $", like {unnamed.Count - 1} more" : "";
                throw new DataException(!IsParquet(unnamed[0])
                    ? $"{unnamed[0]} is a packed file{more}, and of a folder only *.parquet, *.parq and *.pq are read: unpack it, Parquet is compressed inside"
                    : $"{unnamed[0]} is a Parquet file without an ending that tells{more}, and of a folder only *.parquet, *.parq and *.pq are read: rename such files, or name them with a quoted glob such as '{folder.TrimEnd('/')}/*'");
            }
        }
    }

    private static bool IsPacked(string path) => Packed.Any(end => path.EndsWith($".parquet{end}", StringComparison.OrdinalIgnoreCase));

    private static bool IsParquet(string path)
    {
        Span<byte> start = stackalloc byte[4];
        try
        {
            if (new FileInfo(path).Length <= Magic.Length)
            {
                return false; // Nor is a pipe ever opened.
            }
            using var file = File.OpenRead(path);
            return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Magic);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
