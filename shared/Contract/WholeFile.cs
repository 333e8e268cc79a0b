using ParquetPool.Storage;

namespace ParquetPool.Contract;

/// <summary>Writes a file that appears whole or not at all: under a temporary name, brought to the disk, then renamed. An object is whole by itself.</summary>
public static class WholeFile
{
    /// <exception cref="IOException">The file cannot be written; nothing of it is left.</exception>
    public static void Write(string path, Action<Stream> write) => StoredFiles.Write(path, file => WriteHere(file, write));

    private static void WriteHere(string path, Action<Stream> write)
    {
        var temporary = TemporaryFile.NameOf(path);
        try
        {
            using (var stream = TemporaryFile.Create(path))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            File.Delete(temporary);
            if (!TemporaryFile.IsRefusal(e))
            {
                throw;
            }
            throw new IOException($"{path} cannot be written: {e.Message.TrimEnd('.')}; choose a folder that exists, may be written and has room", e);
        }
    }
}
