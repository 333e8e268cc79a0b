using System.Security.Cryptography;
using ParquetPool.Errors;

namespace ParquetPool.Storage;

/// <summary>What the programs wrote into a folder: <c>.parquetpool.sha256</c>, which <c>sha256sum -c</c> reads.</summary>
/// <remarks>
/// Names are claimed before the first is written, so that the files of a killed run are known for ours too, and get their SHA-256 when the run
/// is whole. A file that is there and was never claimed is somebody else's: it is not replaced unless <see cref="Force"/> says so.
/// </remarks>
public sealed class WrittenFiles
{
    public const string FileName = ".parquetpool.sha256";

    private readonly string folder;
    private SortedDictionary<string, string?> hashes;
    private readonly HashSet<string> current;

    private WrittenFiles(string folder, SortedDictionary<string, string?> hashes, HashSet<string> current) => (this.folder, this.hashes, this.current) = (folder, hashes, current);

    /// <summary>Whether <c>--force</c> allows this process to replace what others wrote.</summary>
    public static bool Force { get; set; }

    /// <summary>[name]: the SHA-256 of each file; null for one whose run did not come to its end. The record of a run has none: see <see cref="IsRecordWhole"/>.</summary>
    public IReadOnlyDictionary<string, string?> Hashes => hashes;

    /// <summary>What is known of a folder; nothing where nobody claimed anything there.</summary>
    public static WrittenFiles Read(string folder) => new(folder, WrittenList.Read(Path.Combine(folder, FileName)), []);

    /// <summary>Makes the folder and claims names in it.</summary>
    /// <param name="names">Relative, of files, and of folders that are ours as a whole.</param>
    /// <param name="isKnown">Tells, where there is no list of what was written, whether another record says that a file is ours.</param>
    /// <exception cref="UsageException">One is there and somebody else's, or lies behind a link.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public static WrittenFiles Claim(string folder, IEnumerable<string> names, Func<string, bool>? isKnown = null)
    {
        var written = RequireOurs(folder, names, isKnown);
        foreach (var name in written.current)
        {
            written.hashes[name] = null;
        }
        try
        {
            Directory.CreateDirectory(folder);
            written.RemoveLeftOvers();
            written.Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder} cannot be written: {e.Message.TrimEnd('.')}; choose a folder that may be written and has room", e);
        }
        return written;
    }

    /// <summary>Looks whether names could be claimed, before anything costly is done.</summary>
    /// <exception cref="UsageException">One is there and somebody else's, or lies behind a link.</exception>
    public static WrittenFiles RequireOurs(string folder, IEnumerable<string> names, Func<string, bool>? isKnown = null)
    {
        var written = Read(folder);
        var isOld = written.hashes.Count == 0;
        written.current.UnionWith(names);
        foreach (var name in written.current.Where(name => Path.Exists(Path.Combine(folder, name)) || IsLink(Path.Combine(folder, name))))
        {
            Require(folder, name, isOld ? isKnown?.Invoke(name) == true : written.Owns(name));
            written.RequireUnedited(name);
        }
        RequireNoLinks(folder, written.current);
        return written;
    }

    /// <summary>Lists files that were written beside others and are whole. Where there is no list, or the folder is an object store's, nothing is listed.</summary>
    /// <exception cref="IOException">A file cannot be read or the list not be written.</exception>
    public static void Add(params IReadOnlyCollection<string> paths)
    {
        foreach (var folder in paths.Where(path => !StorageAddress.IsRemote(path)).GroupBy(path => Path.GetDirectoryName(Path.GetFullPath(path))!).Where(folder => File.Exists(Path.Combine(folder.Key, FileName))))
        {
            new WrittenFiles(folder.Key, [], [.. folder.Select(path => Path.GetFileName(path))]).Complete();
        }
    }

    /// <summary>Says that a listed file is about to be replaced; <see cref="Add"/> says that it was.</summary>
    /// <exception cref="IOException">The list cannot be written.</exception>
    public static void Begin(string path)
    {
        if (!StorageAddress.IsRemote(path) && Read(Path.GetDirectoryName(Path.GetFullPath(path))!) is { Hashes.Count: > 0 } written)
        {
            written.hashes[Path.GetFileName(path)] = null;
            written.Save();
        }
    }

    /// <summary>Lists a file whose replacement was begun and that is whole, the old one or the new.</summary>
    /// <exception cref="IOException">The file cannot be read or the list not be written.</exception>
    public static void Settle(string path)
    {
        if (!StorageAddress.IsRemote(path) && Read(Path.GetDirectoryName(Path.GetFullPath(path))!).hashes is var listed && listed.TryGetValue(Path.GetFileName(path), out var hash) && hash is null)
        {
            Add(path);
        }
    }

    /// <summary>Lists all files of a folder that is about to appear as a whole.</summary>
    /// <exception cref="IOException">A file cannot be read or the list not be written.</exception>
    public static void ListAll(string folder) =>
        new WrittenFiles(folder, [], [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))]).Complete();

    /// <exception cref="UsageException">The file is there and not ours.</exception>
    internal static void Require(string folder, string name, bool isOurs)
    {
        if (!isOurs && !Force)
        {
            throw new UsageException($"{folder.TrimEnd('/')}/{name} is there and was not written by this program: choose another place for the output, or replace it with --force");
        }
    }

    /// <summary>Looks whether a file is still the one that was written, where a list beside it tells.</summary>
    /// <exception cref="DataException">It is another.</exception>
    public static void Verify(string path)
    {
        if (!StorageAddress.IsRemote(path) && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && File.Exists(path)
            && Read(folder) is var written && written.hashes.GetValueOrDefault(Path.GetFileName(path)) is { } hash && !IsOfRecord(hash) && written.HashOf(Path.GetFileName(path)) != hash)
        {
            throw new DataException($"{path} has changed since it was written (its SHA-256 is not that of {FileName} beside it): make it again, or give a changed copy another name");
        }
    }

    /// <summary>Whether a list has this of a record, in the place of a SHA-256.</summary>
    public static bool IsOfRecord(string hash) => hash is WrittenList.Unsummed or WrittenList.Sealed;

    /// <summary>Whether a record is as it was written, as far as its checksum tells, and that of one that was written with a checksum is there.</summary>
    /// <param name="content">The bytes of the file.</param>
    public static bool IsRecordWhole(string path, ReadOnlySpan<byte> content) => RecordSeal.Fits(content)
        ?? (StorageAddress.IsRemote(path) || Read(Path.GetDirectoryName(Path.GetFullPath(path))!).hashes.GetValueOrDefault(Path.GetFileName(path)) != WrittenList.Sealed);

    /// <summary>Looks whether a file belongs to a run that was stopped before all its files were there.</summary>
    /// <exception cref="DataException">It does.</exception>
    public static void RequireWhole(IEnumerable<string> paths)
    {
        var lists = new Dictionary<string, SortedDictionary<string, string?>>(StringComparer.Ordinal);
        foreach (var path in paths.Where(path => !StorageAddress.IsRemote(path)))
        {
            var folder = Path.GetDirectoryName(path)!;
            if (IsBegun(folder, Path.GetFileName(path)) || (Path.GetDirectoryName(folder) is { } above && IsBegun(above, Path.GetRelativePath(above, path))))
            {
                throw new DataException($"{path} is part of a pool that is not whole: the command that writes it is at work or was stopped; start it again");
            }
        }

        bool IsBegun(string folder, string name)
        {
            if (!lists.TryGetValue(folder, out var list))
            {
                lists[folder] = list = WrittenList.Read(Path.Combine(folder, FileName));
            }
            return list.TryGetValue(name, out var hash) && hash is null;
        }
    }

    /// <summary>Whether the program claimed the name.</summary>
    public bool Owns(string name) => hashes.ContainsKey(name);

    /// <summary>Gives the claimed files their SHA-256; those that are not there are forgotten.</summary>
    /// <param name="record">The file that tells of the run itself. It gets none, as it tells times: the list is the same for the same outputs.</param>
    /// <exception cref="IOException">A file cannot be read or the list not be written.</exception>
    public void Complete(string? record = null)
    {
        hashes = WrittenList.Read(Path.Combine(folder, FileName)); // Another command may have written beside this one.
        foreach (var name in current)
        {
            hashes.Remove(name);
        }
        foreach (var name in current.Where(name => File.Exists(Path.Combine(folder, name))))
        {
            hashes[name] = name == record ? (RecordSeal.Fits(File.ReadAllBytes(Path.Combine(folder, name))) is null ? WrittenList.Unsummed : WrittenList.Sealed) : WrittenHashes.Take(Path.Combine(folder, name)) ?? HashOf(name);
        }
        Save();
    }

    /// <summary>A table or a text that people opened and changed is theirs from then on. Of other files a damage is likelier: they are made again.</summary>
    /// <exception cref="UsageException">Somebody changed it.</exception>
    private void RequireUnedited(string name)
    {
        if (!Force && Path.GetExtension(name) is ".csv" or ".xml" && hashes.GetValueOrDefault(name) is { } hash && !IsOfRecord(hash) && File.Exists(Path.Combine(folder, name)) && HashOf(name) != hash)
        {
            throw new UsageException($"{Path.Combine(folder, name)} was changed since this program wrote it: choose another place for the output, move the file away, or replace it with --force");
        }
    }

    private string HashOf(string name)
    {
        using var file = File.OpenRead(Path.Combine(folder, name));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>What killed runs had begun of the claimed files, and of the list.</summary>
    private void RemoveLeftOvers()
    {
        foreach (var names in current.Append(FileName).GroupBy(name => Path.GetDirectoryName(name) ?? "", name => Path.GetFileName(name), StringComparer.Ordinal))
        {
            TemporaryFile.RemoveFrom(Path.Combine(folder, names.Key), names.ToHashSet(StringComparer.Ordinal).Contains);
        }
    }

    private void Save() => WrittenList.Write(Path.Combine(folder, FileName), hashes);

    /// <summary>A folder of ours that is a link would lead the files elsewhere.</summary>
    private static void RequireNoLinks(string folder, IEnumerable<string> names)
    {
        foreach (var below in names.SelectMany(FoldersOf).Distinct(StringComparer.Ordinal))
        {
            if (IsLink(Path.Combine(folder, below)))
            {
                throw new UsageException($"{Path.Combine(folder, below)} is a link, expected a folder of the output's own: choose another place for the output, or remove the link");
            }
        }
    }

    /// <summary>The folders of a name, the nearest first.</summary>
    private static IEnumerable<string> FoldersOf(string name)
    {
        for (var below = Path.GetDirectoryName(name); !string.IsNullOrEmpty(below); below = Path.GetDirectoryName(below))
        {
            yield return below;
        }
    }

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;
}
