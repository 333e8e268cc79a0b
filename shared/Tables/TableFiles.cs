using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Tables;

/// <summary>Leaves out the files in tables' folders that are no rows of them any more. Each log is read once.</summary>
internal sealed class TableFiles
{
    private static readonly IReadOnlyDictionary<string, TableFormat> NotListed = new Dictionary<string, TableFormat>();
    private readonly Dictionary<string, TablePlace?> places = new(StringComparer.Ordinal); // by full path of a folder

    /// <summary>Those of the files that count.</summary>
    /// <param name="files">What a pattern names.</param>
    /// <param name="place">The folder that the pattern starts from.</param>
    /// <param name="takes">Whether the pattern takes a file, by its path below <paramref name="place"/>; null where it is the path of one file.</param>
    /// <param name="listed">All that lies below <paramref name="place"/>, where that is in an object store.</param>
    /// <exception cref="DataException">A table's log is damaged or asks for what is not known here, names a file that is not there, or does not name the one file asked for.</exception>
    public IReadOnlyList<string> Live(IReadOnlyList<string> files, string place, Func<string, bool>? takes = null, IReadOnlyCollection<string>? listed = null)
    {
        var root = Full(place);
        var marks = listed is null ? NotListed : TableMarks.In(listed);
        var (live, seen, there) = (new List<string>(), new HashSet<Table>(ReferenceEqualityComparer.Instance), new HashSet<string>(StringComparer.Ordinal));
        foreach (var file in files)
        {
            var full = Full(file);
            var found = Of(StorageAddress.FolderOf(full), root, listed is null ? null : marks);
            var table = found is not null && HiddenNames.Allow(found.Below(full)) ? found.Table : null;
            if (table is null || table.Files.ContainsKey(found!.Below(full)))
            {
                live.Add(file);
                there.Add(full);
            }
            else if (takes is null)
            {
                throw new DataException($"{file}: the log of the table {table.Root} does not name this file at version {table.Version}, so its rows were replaced or removed: give the table's folder, or a copy of the file that lies elsewhere");
            }
            if (table is not null)
            {
                seen.Add(table);
            }
        }
        return takes is null ? live : [.. live, .. seen.SelectMany(table => Later(table, root, takes, there))];
    }

    /// <summary>The values that a table's log gives a file; null where it is in no table.</summary>
    public IReadOnlyDictionary<string, string?>? ValuesOf(string file) =>
        places.GetValueOrDefault(StorageAddress.FolderOf(file)) is { } place && HiddenNames.Allow(place.Below(file)) ? place.Table.Files.GetValueOrDefault(place.Below(file)) : null;

    /// <summary>The files that the log names and that were not there yet when the folder was looked through.</summary>
    private static List<string> Later(Table table, string root, Func<string, bool> takes, HashSet<string> there)
    {
        var more = table.Files.Keys.Select(name => $"{table.Root}/{name}").Where(file => file.StartsWith(root + "/", StringComparison.Ordinal) && !there.Contains(file) && takes(file[(root.Length + 1)..])).Order(StringComparer.Ordinal).ToList();
        var missing = more.Where(file => !StoredFiles.Exists(file)).ToList();
        return missing.Count == 0
            ? more
            : throw new DataException($"{table.Root}: {missing.Count} files that its log names at version {table.Version} are not there, such as {missing[0]}: copy the table whole, log and files, or mend it (in Spark: FSCK REPAIR TABLE)");
    }

    /// <summary>The table that a folder belongs to. In an object store only folders that tables make of their own are gone up from.</summary>
    private TablePlace? Of(string folder, string place, IReadOnlyDictionary<string, TableFormat>? marks)
    {
        if (places.TryGetValue(folder, out var known))
        {
            return known;
        }
        var isListed = marks is not null && (folder == place || folder.StartsWith(place + "/", StringComparison.Ordinal));
        TableFormat? format = !isListed ? TableMarks.Of(folder) : marks!.TryGetValue(folder, out var found) ? found : null;
        return places[folder] = format is { } at ? new TablePlace(folder, at) : Above(folder, isListed) is { } above ? Of(above, place, marks) : null;
    }

    private static string? Above(string folder, bool isListed)
    {
        var name = folder[(folder.LastIndexOf('/') + 1)..];
        return !StorageAddress.IsRemote(folder) ? (Path.GetDirectoryName(folder) is { Length: > 1 } above ? StorageAddress.WithSlashes(above) : null)
            : StorageAddress.Parse(folder).Key.Contains('/') && (isListed || name.Contains('=') || name == "data") ? StorageAddress.FolderOf(folder)
            : null;
    }

    private static string Full(string path) => StorageAddress.Trim(StorageAddress.IsRemote(path) ? path : StorageAddress.WithSlashes(Path.GetFullPath(path)));
}

/// <summary>A folder that is a table, whose log is read when it is asked for first.</summary>
/// <param name="root">Its full path or address.</param>
internal sealed class TablePlace(string root, TableFormat format)
{
    private Table? table;

    /// <exception cref="Errors.DataException">See <see cref="Tables.Table.Read"/>.</exception>
    public Table Table => table ??= Table.Read(root, format);

    /// <summary>The path of a file below the root.</summary>
    public string Below(string file) => file[(root.Length + 1)..];
}
