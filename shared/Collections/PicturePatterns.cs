using ParquetPool.Decoding;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Storage;
using ParquetPool.Tables;

namespace ParquetPool.Collections;

/// <summary>Which of the files, folders and globs that a command is given as its pool are pictures rather than shards.</summary>
/// <remarks>A folder is where it holds pictures, tars or zips and no shards; Parquet is where its rows hold pictures' files and no vectors, as Hugging Face has it.</remarks>
public static class PicturePatterns
{
    private static readonly string[] Kinds = ["*.parquet", "*.parq", "*.pq"];

    /// <summary>The patterns that are, as files and folders.</summary>
    public static IReadOnlyList<string> Among(IEnumerable<string> patterns)
    {
        bool? areTables = null; // Files are of one kind: the first tells.
        return [.. patterns.Where(pattern => !StorageAddress.IsRemote(pattern) && Is(pattern))];

        bool Is(string pattern) =>
            Directory.Exists(pattern) ? IsFolder(pattern)
            : ArchiveSource.IsNamedSo(pattern) ? File.Exists(pattern)
            : areTables ??= ShardPatterns.Matches(pattern, Kinds, tables: null).Order(StringComparer.Ordinal).FirstOrDefault() is { } first && PictureTable.IsOne(first);
    }

    /// <summary>The files and folders that a pattern names.</summary>
    internal static IReadOnlyList<string> Paths(string pattern) =>
        Path.Exists(pattern) ? [Path.GetFullPath(pattern)] : [.. ShardPatterns.Matches(pattern, Kinds, tables: null).Select(Path.GetFullPath).Order(StringComparer.Ordinal)];

    private static bool IsFolder(string folder)
    {
        var (table, arePictures) = ((string?)null, false);
        foreach (var file in FolderFiles.Below(folder, isClosedPassed: true).Where(file => HiddenNames.Allow(Path.GetRelativePath(folder, file))))
        {
            if (Kinds.Any(kind => file.EndsWith(kind[1..], StringComparison.OrdinalIgnoreCase)))
            {
                table = !MetadataFile.IsNamedSo(file) && (table is null || string.CompareOrdinal(file, table) < 0) && !OwnOutputs.Has(file) ? file : table;
            }
            else
            {
                arePictures |= PictureFileKind.IsNamedSo(file) || ArchiveSource.IsNamedSo(file);
            }
        }
        return table is null ? arePictures : PictureTable.IsOne(table);
    }
}
