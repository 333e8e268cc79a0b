using System.Collections.Concurrent;
using System.Security.Cryptography;
using ParquetPool.Errors;

namespace ParquetPool.Storage;

/// <summary>Reads and writes files by path or address alike: what is in an object store is read through the cache.</summary>
/// <remarks>
/// A version of an object is known from when it was listed or asked for last, and that version is read from then on; an object that
/// changes meanwhile ends the command. A service calls <see cref="Forget"/> between its rounds.
/// </remarks>
public static class StoredFiles
{
    public const int DefaultCacheMegabytes = 10_000;
    private const int BytesPerMegabyte = 1_000_000;
    private const string Writing = "write-"; // What is on its way to a store.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly ConcurrentDictionary<string, StoredObject> Known = new(StringComparer.Ordinal);

    /// <summary>Where the cache is unless a command says otherwise: <c>PARQUETPOOL_CACHE</c>, else the user's cache folder.</summary>
    public static string DefaultCache =>
        Environment.GetEnvironmentVariable("PARQUETPOOL_CACHE") is { Length: > 0 } chosen ? chosen
        : Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches ? caches : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "parquetpool");

    public static ObjectCache Cache { get; private set; } = new(DefaultCache, (long)DefaultCacheMegabytes * BytesPerMegabyte, TimeProvider.System, Patience);

    /// <summary>Says where the cache is from now on.</summary>
    public static void UseCache(string folder, int megabytes, TimeProvider clock) =>
        Cache = new ObjectCache(Path.GetFullPath(folder), (long)megabytes * BytesPerMegabyte, clock, Patience);

    /// <summary>Forgets all versions: what is asked for next is what is there then. Objects come and go, and what is known of each would stay as long as the process.</summary>
    public static void Forget() => Known.Clear();

    /// <summary>The addresses of all objects below an address, as they are now.</summary>
    /// <exception cref="DataException">There is no such bucket or container.</exception>
    public static IReadOnlyList<string> List(string address, CancellationToken stopping = default) =>
        [.. Objects(StorageAddress.Parse(address).Folder, stopping).Select(o => o.Address.ToString())];

    /// <summary>Whether the file is there now.</summary>
    public static bool Exists(string path)
    {
        if (!StorageAddress.IsRemote(path))
        {
            return File.Exists(path);
        }
        Known.TryRemove(path, out _);
        return Find(path, CancellationToken.None) is not null;
    }

    /// <exception cref="DataException">There is no such file.</exception>
    public static LocalFile Open(string path, CancellationToken stopping = default) =>
        StorageAddress.IsRemote(path) ? Cache.Open(Found(path, stopping), stopping) : new LocalFile(Present(path));

    /// <summary>A Parquet file for its columns and counts only; its rows may be missing.</summary>
    /// <exception cref="DataException">There is no such file.</exception>
    public static LocalFile OpenFooter(string path, CancellationToken stopping = default) =>
        StorageAddress.IsRemote(path) ? Cache.OpenFooter(Found(path, stopping), stopping) : new LocalFile(Present(path));

    /// <summary>Several files at a time, which the cache must take together.</summary>
    /// <exception cref="DataException">One is not there.</exception>
    public static LocalFiles OpenAll(IEnumerable<string> paths) => new(paths);

    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="DataException">There is no such object.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        using var file = StorageAddress.IsRemote(path) ? Open(path) : new LocalFile(path);
        return File.ReadAllBytes(file.Path);
    }

    /// <summary>Writes a file by path or address alike. What is written beside it goes to the object store first, each object whole.</summary>
    /// <param name="write">Writes the file at the path it is given, and beside it whatever belongs to it.</param>
    /// <param name="isNew">Fails where there is such an object already.</param>
    /// <exception cref="IOException">The file cannot be written, or the store fails.</exception>
    public static void Write(string path, Action<string> write, bool isNew = false, CancellationToken stopping = default)
    {
        if (!StorageAddress.IsRemote(path))
        {
            write(path);
            return;
        }
        var name = Path.GetFileName(path);
        using var temporary = TemporaryFolder.Create(Path.Combine(Cache.Folder, "out", Writing + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))));
        TemporaryFile.RemoveFrom(Path.Combine(Cache.Folder, "out"), of: Writing);
        var last = Path.Combine(temporary.Path, name);
        write(last);
        foreach (var file in Directory.EnumerateFiles(temporary.Path).Where(file => file != last).Order(StringComparer.Ordinal).Append(last))
        {
            var to = StorageAddress.Parse(path[..^name.Length] + Path.GetFileName(file));
            ObjectStore.Of(to).Write(file, to, isNew && file == last, stopping);
            Known.TryRemove(to.ToString(), out _);
        }
    }

    /// <summary>The bytes of the file; null where there is none.</summary>
    public static long? Length(string path) =>
        StorageAddress.IsRemote(path) ? Find(path, CancellationToken.None)?.Bytes
        : new FileInfo(path) is { Exists: true } file ? file.Length
        : null;

    /// <summary>Another text for every version of the file, of an object as it was listed last; null where there is none.</summary>
    public static string? Version(string path) =>
        StorageAddress.IsRemote(path) ? Find(path, CancellationToken.None)?.ETag
        : new FileInfo(path) is { Exists: true } file ? FormattableString.Invariant($"{file.Length} {file.LastWriteTimeUtc.Ticks}")
        : null;

    /// <summary>The objects whose address starts so, as they are now.</summary>
    internal static IReadOnlyList<StoredObject> Objects(StorageAddress prefix, CancellationToken stopping = default)
    {
        var found = ObjectStore.Of(prefix).List(prefix, stopping).Where(o => !o.Address.Key.EndsWith('/')).ToList();
        found.ForEach(o => Known[o.Address.ToString()] = o);
        return found;
    }

    private static StoredObject? Find(string path, CancellationToken stopping)
    {
        if (Known.TryGetValue(path, out var known))
        {
            return known;
        }
        var address = StorageAddress.Parse(path);
        return address.Key.Length > 0 && ObjectStore.Of(address).Find(address, stopping) is { } found ? Known[path] = found : null;
    }

    private static StoredObject Found(string path, CancellationToken stopping) => Find(path, stopping) ?? throw Missing(path);

    private static string Present(string path) => !File.Exists(path) ? throw Missing(path)
        : LeadsNowhere(path) ? throw new DataException($"{path} is a link to {new FileInfo(path).LinkTarget}, where no file is: mend the link or remove it")
        : !FileKind.HasEnd(path) ? throw new DataException($"{path} is a pipe, a socket or a device, expected a file: leave it out")
        : path;

    /// <summary>Whether a link ends at no file: it counts as one that is there.</summary>
    private static bool LeadsNowhere(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true) is { Exists: false };
        }
        catch (IOException)
        {
            return true; // It leads in a circle.
        }
    }

    private static DataException Missing(string path) => new($"{path}: no such file: check the path");
}
