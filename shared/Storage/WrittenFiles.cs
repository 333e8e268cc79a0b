using System.Security.Cryptography;
using ParquetPool.Commands;

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
    private readonly SortedDictionary<string, string?> hashes;
    private readonly HashSet<string> current;

    private WrittenFiles(string folder, SortedDictionary<string, string?> hashes, HashSet<string> current) => (this.folder, this.hashes, this.current) = (folder, hashes, current);

    /// <summary>Whether <c>--force</c> allows this process to replace what others wrote.</summary>
    public static bool Force { get; set; }

    /// <summary>[name]: the SHA-256 of each file; null for one whose run did not come to its end.</summary>
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
        var written = Read(folder);
        var isOld = written.hashes.Count == 0;
        written.current.UnionWith(names);
        foreach (var name in written.current.Where(name => Path.Exists(Path.Combine(folder, name)) || IsLink(Path.Combine(folder, name))))
        {
            Require(folder, name, isOld ? isKnown?.Invoke(name) == true : written.Owns(name));
        }
        RequireNoLinks(folder, written.current);
        foreach (var name in written.current)
        {
            written.hashes[name] = null;
        }
        try
        {
            Directory.CreateDirectory(folder);
            written.Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder} cannot be written: {e.Message.TrimEnd('.')}; choose a folder that may be written and has room", e);
        }
        return written;
    }

    /// <exception cref="UsageException">The file is there and not ours.</exception>
    internal static void Require(string folder, string name, bool isOurs)
    {
        if (!isOurs && !Force)
        {
            throw new UsageException($"{folder.TrimEnd('/')}/{name} is there and was not written by this program: choose another place for the output, or replace it with --force");
        }
    }

    /// <summary>Whether the program claimed the name.</summary>
    public bool Owns(string name) => hashes.ContainsKey(name);

    /// <summary>Gives the claimed files their SHA-256; those that are not there are forgotten.</summary>
    /// <exception cref="IOException">A file cannot be read or the list not be written.</exception>
    public void Complete()
    {
        foreach (var name in hashes.Keys.Where(name => !File.Exists(Path.Combine(folder, name))).ToList())
        {
            hashes.Remove(name);
        }
        foreach (var name in current.Where(hashes.ContainsKey))
        {
            using var file = File.OpenRead(Path.Combine(folder, name));
            hashes[name] = Convert.ToHexStringLower(SHA256.HashData(file));
        }
        Save();
    }

    private void Save() => WrittenList.Write(Path.Combine(folder, FileName), hashes);

    /// <summary>A folder of ours that is a link would lead the files elsewhere.</summary>
    private static void RequireNoLinks(string folder, IEnumerable<string> names)
    {
        foreach (var below in names.Select(Path.GetDirectoryName).Where(below => !string.IsNullOrEmpty(below)).Distinct(StringComparer.Ordinal))
        {
            if (IsLink(Path.Combine(folder, below!)))
            {
                throw new UsageException($"{Path.Combine(folder, below!)} is a link, expected a folder of the output's own: choose another place for the output, or remove the link");
            }
        }
    }

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;
}
