namespace ParquetPool.Storage;

/// <summary>A folder that is not whole yet: it lies beside the folder it becomes, or is removed with this.</summary>
/// <remarks>While it is filled, a file beside it is held by a lock that ends with the process: so the folder of a killed run is told from one of a run at work.</remarks>
public sealed class TemporaryFolder : IDisposable
{
    private const string Hold = ".hold";
    private readonly FileStream hold;

    private TemporaryFolder(string path, FileStream hold) => (Path, this.hold) = (path, hold);

    public string Path { get; }

    /// <summary>Makes an empty folder, and removes those that killed runs left of the same name.</summary>
    /// <param name="path">Of the folder that it is to become.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public static TemporaryFolder Create(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        WholeFile.Guard(folder, () => Directory.CreateDirectory(folder));
        TemporaryFile.RemoveFrom(folder, of: System.IO.Path.GetFileName(path));
        var name = TemporaryFile.NameOf(path);
        var hold = new FileStream(name + Hold, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        try
        {
            Directory.CreateDirectory(name);
            return new TemporaryFolder(name, hold);
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Gives the folder its name; nothing may be there.</summary>
    /// <exception cref="IOException">Something is, or the file system refuses.</exception>
    public void MoveTo(string path) => Directory.Move(Path, path);

    /// <summary>Removes the folder, unless it has its name.</summary>
    public void Dispose()
    {
        try
        {
            if (Directory.Exists(Path))
            {
                Directory.Delete(Path, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run removes it.
        }
        finally
        {
            hold.Dispose();
        }
    }

    /// <summary>Removes a temporary folder that nobody fills.</summary>
    internal static void RemoveLeft(string path)
    {
        if (File.Exists(path + Hold) && TemporaryFile.IsHeld(path + Hold))
        {
            return;
        }
        Directory.Delete(path, recursive: true);
        File.Delete(path + Hold);
    }

    /// <summary>Removes what held folders that have got their names, of runs that were killed just then.</summary>
    /// <param name="of">Whether to remove that of a name.</param>
    internal static void RemoveHolds(string folder, Func<string, bool> of)
    {
        foreach (var hold in Directory.EnumerateFiles(folder, "*" + Hold).Where(hold => of(System.IO.Path.GetFileName(hold)[..^Hold.Length]) && !Directory.Exists(hold[..^Hold.Length])).ToList())
        {
            if (!TemporaryFile.IsHeld(hold))
            {
                TemporaryFile.Discard(hold);
            }
        }
    }
}
