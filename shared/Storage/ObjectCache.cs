using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ParquetPool.Storage;

/// <summary>A folder of objects that were fetched, bounded, shared by all runs on this machine.</summary>
/// <remarks>
/// A file's name is a hash of the object's address and ETag, so a file is the version it stands for or is not there: it is fetched under
/// another name and renamed when it has all its bytes. The least recently used files make room for others. A file that is read is held by
/// a shared lock, a file that is being fetched by an exclusive one; both end with the process, so what a killed one leaves is removed
/// by the next that needs room. A lock on one file keeps runs from looking for room at the same time.
/// </remarks>
/// <param name="limit">Bytes of all files together.</param>
/// <param name="patience">How long to wait for room that others hold, and for a server that sends nothing.</param>
public sealed class ObjectCache(string folder, long limit, TimeProvider clock, TimeSpan patience)
{
    private const int FooterGuess = 1 << 16;
    private const int FooterEnd = 8; // Its length, 4 bytes, and the magic number.
    private const string Fetching = ".part";
    private const string LockName = "cache.lock";

    /// <summary>Open to nobody else. Windows renames and deletes an open file only where that is shared.</summary>
    private static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static long fetched; // By this process, whatever the folder.
    private readonly Download download = new(patience);

    public string Folder => folder;

    /// <summary>Bytes of all files together.</summary>
    public long Limit => limit;

    /// <summary>The object as a file, fetched where it is not there.</summary>
    /// <exception cref="IOException">There is no room, or the object cannot be fetched.</exception>
    public LocalFile Open(StoredObject stored, CancellationToken stopping = default) =>
        Obtain(NameOf(stored), stored.Bytes, stored.Address, file => download.Copy(stored, 0, stored.Bytes, file, stopping), stopping);

    /// <summary>A Parquet object as a file that has its footer alone: enough for columns and counts, not for rows.</summary>
    /// <remarks>Whole where it is no Parquet file, small, or there already.</remarks>
    public LocalFile OpenFooter(StoredObject stored, CancellationToken stopping = default)
    {
        if (stored.Bytes <= FooterGuess || File.Exists(Path.Combine(folder, NameOf(stored))))
        {
            return Open(stored, stopping);
        }
        var name = NameOf(stored) + ".footer";
        using (Locked(stopping))
        {
            if (Lease(Path.Combine(folder, name)) is { } there)
            {
                return there;
            }
        }
        var tail = Tail(stored, FooterGuess, stopping);
        var length = BinaryPrimitives.ReadInt32LittleEndian(tail.AsSpan(tail.Length - FooterEnd)) + (long)FooterEnd;
        if (!tail.AsSpan(tail.Length - 4).SequenceEqual("PAR1"u8) || length < FooterEnd || length > Math.Min(stored.Bytes, int.MaxValue))
        {
            return Open(stored, stopping);
        }
        var footer = length <= tail.Length ? tail[^(int)length..] : Tail(stored, (int)length, stopping);
        return Obtain(
            name, footer.Length + 4, stored.Address,
            file =>
            {
                file.Write("PAR1"u8);
                file.Write(footer);
            },
            stopping);
    }

    private static string NameOf(StoredObject stored) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{stored.Address}\n{stored.ETag}")))[..40];

    private byte[] Tail(StoredObject stored, int count, CancellationToken stopping)
    {
        using var bytes = new MemoryStream(count);
        download.Copy(stored, stored.Bytes - count, count, bytes, stopping);
        return bytes.ToArray();
    }

    private LocalFile Obtain(string name, long bytes, StorageAddress address, Action<FileStream> fetch, CancellationToken stopping)
    {
        var path = Path.Combine(folder, name);
        var part = Reserve(path, bytes, address, stopping);
        if (part.Found is { } there)
        {
            return there;
        }
        using var file = part.File!;
        try
        {
            fetch(file);
            file.Flush();
            using var locked = Locked(stopping);
            if (!File.Exists(path))
            {
                File.Move(file.Name, path);
            }
            file.Dispose();
            return Lease(path)!;
        }
        finally
        {
            File.Delete(file.Name);
        }
    }

    /// <summary>The file, if it is there, or else a place for it, once there is room.</summary>
    private (LocalFile? Found, FileStream? File) Reserve(string path, long bytes, StorageAddress address, CancellationToken stopping)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            using (Locked(stopping))
            {
                if (Lease(path) is { } there)
                {
                    return (there, null);
                }
                if (MakeRoom(bytes))
                {
                    var part = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.MachineName}-{Environment.ProcessId}-{Interlocked.Increment(ref fetched)}{Fetching}");
                    var file = new FileStream(part, FileMode.Create, FileAccess.ReadWrite, Alone);
                    file.SetLength(bytes);
                    return (null, file);
                }
            }
            if (bytes > limit || clock.GetElapsedTime(start) > patience)
            {
                throw new IOException($"{address} has {Megabytes(bytes)} MB, the cache {folder} takes {Megabytes(limit)} MB{(bytes > limit ? "" : ", most of which is being read")}: raise --cache-megabytes");
            }
            stopping.WaitHandle.WaitOne(Pause * 20);
            stopping.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Removes files, the least recently used first, until so many bytes fit beside the others.</summary>
    private bool MakeRoom(long bytes)
    {
        var files = new DirectoryInfo(folder).GetFiles().Where(f => f.Name != LockName).OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal).ToList();
        var held = files.Sum(f => f.Length);
        foreach (var file in files.Where(f => f.Name.EndsWith(Fetching, StringComparison.Ordinal)).Concat(files.Where(f => !f.Name.EndsWith(Fetching, StringComparison.Ordinal))))
        {
            var isLeftOver = file.Name.EndsWith(Fetching, StringComparison.Ordinal);
            if ((isLeftOver || held + bytes > limit) && Remove(file.FullName))
            {
                held -= file.Length;
            }
        }
        return held + bytes <= limit;
    }

    /// <summary>Whether the file was free to be removed.</summary>
    private static bool Remove(string path)
    {
        try
        {
            using var alone = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, Alone);
            File.Delete(path);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private LocalFile? Lease(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }
        var lease = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        return new LocalFile(path, lease);
    }

    private FileStream Locked(CancellationToken stopping)
    {
        Directory.CreateDirectory(folder);
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (clock.GetElapsedTime(start) < patience)
            {
                stopping.WaitHandle.WaitOne(Pause);
                stopping.ThrowIfCancellationRequested();
            }
        }
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("N1", CultureInfo.InvariantCulture);
}
