namespace ParquetPool.Storage;

/// <summary>Writes a file that appears whole or not at all: under a temporary name, brought to the disk, then renamed. An object is whole by itself.</summary>
public static class WholeFile
{
    /// <param name="isPrivate">Whether it is nobody else's to read.</param>
    /// <exception cref="IOException">The file cannot be written; nothing of it is left.</exception>
    public static void Write(string path, Action<Stream> write, bool isPrivate = false) => StoredFiles.Write(path, file => WriteHere(file, write, isPrivate));

    /// <exception cref="IOException">The file cannot be written; nothing of it is left.</exception>
    public static void Write(string path, byte[] bytes) => Write(path, file => file.Write(bytes));

    private static void WriteHere(string path, Action<Stream> write, bool isPrivate)
    {
        var temporary = TemporaryFile.NameOf(path);
        try
        {
            using (var stream = TemporaryFile.Create(path, isPrivate))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            TemporaryFile.Discard(temporary);
            if (!TemporaryFile.IsRefusal(e))
            {
                throw;
            }
            throw new IOException($"{path} cannot be written: {e.Message.TrimEnd('.')}; choose a folder that exists, may be written and has room", e);
        }
    }
}
