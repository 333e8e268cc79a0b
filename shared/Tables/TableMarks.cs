using System.Text.RegularExpressions;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Tables;

/// <summary>Tells by the files of a folder whether a table lies there.</summary>
internal static partial class TableMarks
{
    /// <summary>[format]: a folder that such a table has, and the files in it that tell.</summary>
    private static readonly (TableFormat Format, string Folder, Regex File)[] Marks =
    [
        (TableFormat.Delta, DeltaLog.Folder, DeltaVersion()),
        (TableFormat.SparkSink, SparkSinkLog.Folder, Batch()),
        (TableFormat.Iceberg, "metadata", IcebergMetadata()),
        (TableFormat.Hudi, ".hoodie", Any()),
        (TableFormat.Paimon, "schema", PaimonSchema()),
    ];

    /// <summary>What lies in a folder of this machine, or in one of an object store, which is asked.</summary>
    public static TableFormat? Of(string folder) =>
        Marks.Where(mark => Names($"{folder}/{mark.Folder}").Any(name => mark.File.IsMatch(name))).Select(mark => (TableFormat?)mark.Format).FirstOrDefault();

    /// <summary>[folder]: what lies there, by a list of all files.</summary>
    public static IReadOnlyDictionary<string, TableFormat> In(IEnumerable<string> files)
    {
        var found = new Dictionary<string, TableFormat>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (var (format, folder, name) in Marks)
            {
                var at = file.LastIndexOf($"/{folder}/", StringComparison.Ordinal);
                if (at > 0 && name.IsMatch(file[(at + folder.Length + 2)..]) && (!found.TryGetValue(file[..at], out var known) || format < known))
                {
                    found[file[..at]] = format;
                }
            }
        }
        return found;
    }

    /// <summary>Paths of all files right in a folder; none where it is not there.</summary>
    public static IEnumerable<string> Files(string folder) =>
        StorageAddress.IsRemote(folder) ? StoredFiles.List(folder).Where(file => file.LastIndexOf('/') == folder.Length)
        : Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(StorageAddress.WithSlashes)
        : [];

    private static IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return StorageAddress.IsRemote(folder) ? [.. StoredFiles.List(folder).Select(file => file[(folder.Length + 1)..])]
                : Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file))]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !StorageAddress.IsRemote(folder) && !folder.EndsWith("/metadata", StringComparison.Ordinal) && !folder.EndsWith("/schema", StringComparison.Ordinal))
        {
            throw new DataException($"{folder} cannot be listed ({e.Message.TrimEnd('.')}), so it cannot be told which files are rows: allow it, or give a copy of the rows that lies elsewhere", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DataException || (e is IOException && (!StorageAddress.IsRemote(folder) || e is AccessRefusedException)))
        {
            return []; // Who may read an object need not be allowed to list what lies around it.
        }
    }

    [GeneratedRegex(".")]
    private static partial Regex Any();

    [GeneratedRegex(@"^[0-9]{20}\.")]
    private static partial Regex DeltaVersion();

    [GeneratedRegex(@"^[0-9]+(\.compact)?$")]
    private static partial Regex Batch();

    [GeneratedRegex(@"^[^/]+\.metadata\.json$")]
    private static partial Regex IcebergMetadata();

    [GeneratedRegex("^schema-[0-9]+$")]
    private static partial Regex PaimonSchema();
}
