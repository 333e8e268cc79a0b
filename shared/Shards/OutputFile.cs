using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>A file that is written under a temporary name and appears whole, by one rename.</summary>
internal static class OutputFile
{
    public static string TemporaryName(string path) => TemporaryFile.NameOf(path);

    /// <summary>Creates the file's folder and the empty temporary file, so that a folder that takes no files is known at once.</summary>
    /// <exception cref="IOException">The folder or the file cannot be made.</exception>
    public static void Create(string path)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            TemporaryFile.Create(path).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, failure.Message, failure);
        }
    }

    /// <summary>Brings the temporary file to the disk, then gives it its name.</summary>
    public static void Publish(string path)
    {
        try
        {
            using (var file = new FileStream(TemporaryName(path), FileMode.Open, FileAccess.ReadWrite))
            {
                file.Flush(flushToDisk: true);
            }

            File.Move(TemporaryName(path), path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, failure.Message, failure);
        }
    }

    /// <summary>Deletes the temporary file where there is one, or a folder for it.</summary>
    public static void Discard(string path)
    {
        if (File.Exists(TemporaryName(path)))
        {
            File.Delete(TemporaryName(path));
        }
    }

    public static IOException Unwritable(string path, string reason, Exception cause) =>
        new($"{path} cannot be written: {reason.TrimEnd('.')}; choose a folder that exists, may be written and has room", cause);
}
