namespace ParquetPool.Storage;

/// <summary>Lets one run at a time write into a folder: of two, one's results would be made of the other's files, or replace them. The hold ends with the process.</summary>
public static class FolderHold
{
    private const string End = ".run.tmp"; // What a killed run leaves of it is taken up by the next.

    /// <summary>Makes the folder and holds it until disposed of.</summary>
    /// <param name="part">What of the folder is written, where other runs may write the rest; by default all.</param>
    /// <exception cref="IOException">Another run holds it, or the folder cannot be written.</exception>
    public static IDisposable Take(string folder, string part = "parquetpool")
    {
        var hold = Path.Combine(folder, $".{part}{End}");
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(hold, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (TemporaryFile.IsRefusal(e))
        {
            throw File.Exists(hold) && TemporaryFile.IsHeld(hold) ? new IOException($"{folder} is being written by another run: wait for its end, or choose another --out", e) : WholeFile.Unwritable(folder, e.Message, e);
        }
    }
}
