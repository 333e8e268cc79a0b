using System.Security.Cryptography;
using System.Text;
using ParquetPool.Errors;

namespace ParquetPool.Storage;

/// <summary>The folder that a command writes: one of this machine, or a local one whose files are brought to an object store.</summary>
/// <remarks>
/// The local folder of an address is the same for every run on a machine and outlives a run that was killed, so the next goes on there. Of
/// runs on other machines the files that finished parts left in the store are brought here first. The record is taken back before
/// anything else and sent last: who sees it sees a whole result.
/// </remarks>
public sealed class OutputFolder : IDisposable
{
    private readonly StorageAddress? root;
    private readonly string record;
    private readonly IReadOnlyList<string> owned;
    private readonly Dictionary<string, (long Bytes, DateTime Written)> sent = new(StringComparer.Ordinal);
    private List<string> before = [];
    private IDisposable? alone;
    private WrittenFiles? written;

    /// <summary>Says where the folder is; nothing is written yet.</summary>
    /// <param name="place">A folder, or an address.</param>
    /// <param name="record">The name of the file that is written last.</param>
    /// <param name="owned">Names of files, and of folders with a slash: what an earlier run left of them and this one has not is removed. What is in the folders is brought here first.</param>
    public OutputFolder(string place, string record, params IReadOnlyList<string> owned)
    {
        (this.record, this.owned) = (record, owned);
        root = StorageAddress.IsRemote(place) ? StorageAddress.Parse(place).Folder : null;
        Path = root is null ? place : System.IO.Path.Combine(StoredFiles.Cache.Folder, "out", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{root}")))[..40]);
    }

    /// <summary>Where the command writes.</summary>
    public string Path { get; }

    /// <summary>Claims the files that are to be written, takes back the record of an earlier run in the store, and brings here what it left of finished parts.</summary>
    /// <param name="names">See <see cref="WrittenFiles.Claim"/>.</param>
    /// <param name="isKnown">The same, of a folder of this machine; in a store, the record of an earlier run says that its files are ours.</param>
    /// <exception cref="UsageException">There is a file of somebody else's.</exception>
    /// <exception cref="IOException">Another run on this machine writes to the address, or the store fails.</exception>
    public WrittenFiles Open(IReadOnlyCollection<string> names, Func<string, bool>? isKnown, CancellationToken stopping = default)
    {
        if (root is null)
        {
            WrittenFiles.RequireOurs(Path, names, isKnown);
            alone = FolderHold.Take(Path);
            return written = WrittenFiles.Claim(Path, names, isKnown);
        }
        Directory.CreateDirectory(Path);
        try
        {
            alone = new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"{root} is being written by another run on this machine: wait for its end, or choose another --out", e);
        }
        var there = StoredFiles.Objects(root, stopping);
        var isOld = TakeList(there, names, stopping);
        written = WrittenFiles.Claim(Path, names, _ => true);
        Send([System.IO.Path.Combine(Path, WrittenFiles.FileName)], stopping);
        ObjectStore.Of(root).Delete(root.Below(record), stopping);
        var found = there.Where(o => IsOwned(Name(o)) && (isOld || written.Owns(Name(o)))).ToList();
        before = [.. found.Select(Name)];
        foreach (var left in found.Where(o => Name(o).Contains('/') && Local(Name(o)) is { } path && !File.Exists(path)))
        {
            stopping.ThrowIfCancellationRequested();
            var path = Local(Name(left))!;
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            using var file = StoredFiles.Cache.Open(left, stopping);
            var temporary = TemporaryFile.NameOf(path);
            File.Copy(file.Path, temporary, overwrite: true);
            File.Move(temporary, path);
            sent[Name(left)] = Stamp(path);
        }
        return written;
    }

    /// <summary>Sends files of a finished part, in this order, those that are not there left out.</summary>
    /// <exception cref="IOException">The store fails.</exception>
    public void Send(IEnumerable<string> files, CancellationToken stopping = default)
    {
        foreach (var file in files.Where(file => root is not null && File.Exists(file)))
        {
            var name = StorageAddress.WithSlashes(System.IO.Path.GetRelativePath(Path, file));
            if (sent.GetValueOrDefault(name) != Stamp(file))
            {
                ObjectStore.Of(root!).Write(file, root!.Below(name), stopping: stopping);
                sent[name] = Stamp(file);
            }
        }
    }

    /// <summary>Sends everything, the record last, and removes what is left of an earlier run, here and in the store.</summary>
    /// <exception cref="IOException">The store fails; the command started again goes on.</exception>
    public void Complete(CancellationToken stopping = default)
    {
        written!.Complete(record);
        if (root is null)
        {
            return;
        }
        var last = System.IO.Path.Combine(Path, record);
        Send(Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).Where(file => file != last && !TemporaryFile.IsOne(file)).Order(StringComparer.Ordinal), stopping);
        foreach (var stale in before.Where(name => Local(name) is { } path && !File.Exists(path)))
        {
            ObjectStore.Of(root).Delete(root.Below(stale), stopping);
        }
        Send([last], stopping);
        Directory.Delete(Path, recursive: true);
    }

    public void Dispose() => alone?.Dispose();

    /// <summary>Brings the list of what was written to the store here, and looks whether anything else is in the way.</summary>
    /// <returns>Whether an earlier version of the program wrote there, which kept no list.</returns>
    private bool TakeList(IReadOnlyList<StoredObject> there, IEnumerable<string> names, CancellationToken stopping)
    {
        if (there.FirstOrDefault(o => Name(o) == WrittenFiles.FileName) is { } list)
        {
            using var file = StoredFiles.Cache.Open(list, stopping);
            File.Copy(file.Path, System.IO.Path.Combine(Path, WrittenFiles.FileName), overwrite: true);
        }
        var (before, present) = (WrittenFiles.Read(Path), there.Select(Name).ToHashSet(StringComparer.Ordinal));
        var isOld = present.Contains(record) && before.Hashes.Count == 0;
        foreach (var name in names.Where(present.Contains))
        {
            WrittenFiles.Require(root!.ToString(), name, isOld || before.Owns(name));
        }
        return isOld;
    }

    private bool IsOwned(string name) => owned.Any(own => own.EndsWith('/') ? name.StartsWith(own, StringComparison.Ordinal) : name == own);

    private string Name(StoredObject stored) => stored.Address.Key[root!.Key.Length..];

    /// <summary>Null for a name that leads out of the folder.</summary>
    private string? Local(string name) =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, name)) is var path && path.StartsWith(System.IO.Path.GetFullPath(Path) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path : null;

    private static (long Bytes, DateTime Written) Stamp(string path) => new FileInfo(path) is var file ? (file.Length, file.LastWriteTimeUtc) : default;
}
