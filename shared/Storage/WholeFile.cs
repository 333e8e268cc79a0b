namespace ParquetPool.Storage;

/// <summary>A file that appears whole or not at all: written under a temporary name, brought to the disk, then renamed. An object is whole by itself.</summary>
public static class WholeFile
{
    /// <param name="isPrivate">Whether it is nobody else's to read.</param>
    /// <exception cref="IOException">The file cannot be written; nothing of it is left.</exception>
    public static void Write(string path, Action<Stream> write, bool isPrivate = false) => StoredFiles.Write(path, file => WriteHere(file, write, isPrivate));

    /// <exception cref="IOException">The file cannot be written; nothing of it is left.</exception>
    public static void Write(string path, byte[] bytes) => Write(path, file => file.Write(bytes));

    public static string TemporaryName(string path) => TemporaryFile.NameOf(path);

    /// <summary>Creates the file's folder and the empty temporary file, so that a folder that takes no files is known at once.</summary>
    /// <exception cref="IOException">The folder or the file cannot be made.</exception>
    public static void Create(string path) => Open(path).Dispose();

    /// <summary>The same, open to be written; one that <see cref="Create"/> made is taken up.</summary>
    /// <exception cref="IOException">The folder or the file cannot be made.</exception>
    public static FileStream Open(string path, int bufferSize = 0) => Guard(path, () =>
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        return new FileStream(TemporaryName(path), File.Exists(TemporaryName(path)) ? FileMode.Truncate : FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize);
    });

    /// <summary>Brings the temporary file to the disk, then gives it its name.</summary>
    public static void Publish(string path)
    {
        Guard(path, () =>
        {
            using var file = new FileStream(TemporaryName(path), FileMode.Open, FileAccess.ReadWrite);
            file.Flush(flushToDisk: true);
        });
        Rename(path);
    }

    /// <summary>Gives the temporary file, which is on the disk, its name.</summary>
    public static void Rename(string path) => Guard(path, () => File.Move(TemporaryName(path), path, overwrite: true));

    /// <summary>Deletes the temporary file where there is one, or a folder for it.</summary>
    public static void Discard(string path) => TemporaryFile.Discard(TemporaryName(path));

    /// <summary>Names the path in what the file system refuses.</summary>
    /// <exception cref="IOException">It refused.</exception>
    public static void Guard(string path, Action write) => Guard(path, () =>
    {
        write();
        return 0;
    });

    public static IOException Unwritable(string path, string reason, Exception cause) =>
        reason.StartsWith("Out of Memory", StringComparison.Ordinal) ? new($"{path} cannot be made in the memory that a reader may take ({reason.TrimEnd('.')}): are ids or texts very long?", cause)
        : new($"{path} cannot be written: {reason.TrimEnd('.')}; choose a folder that exists, may be written and has room", cause);

    private static void WriteHere(string path, Action<Stream> write, bool isPrivate)
    {
        try
        {
            Guard(path, () =>
            {
                using (var stream = TemporaryFile.Create(path, isPrivate))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }
                File.Move(TemporaryName(path), path, overwrite: true);
            });
        }
        catch
        {
            Discard(path);
            throw;
        }
    }

    private static T Guard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception failure) when (TemporaryFile.IsRefusal(failure))
        {
            throw Unwritable(path, failure.Message, failure);
        }
    }
}
