namespace ParquetPool.Scorer.Tests.Simulation;

/// <summary>A folder that can be away, so that all that is written fails. In memory where the system has such a place.</summary>
internal sealed class Storage : IDisposable
{
    private readonly string root = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"parquetpool-{Path.GetRandomFileName()}");

    public string Folder => Path.Combine(root, "here");

    public bool IsAway => File.Exists(Folder);

    public Storage() => Directory.CreateDirectory(Folder);

    /// <summary>A file takes its place: nothing below can be read or written.</summary>
    public void TakeAway()
    {
        if (!IsAway)
        {
            Directory.Move(Folder, Folder + ".away");
            File.WriteAllText(Folder, "");
        }
    }

    public void BringBack()
    {
        if (IsAway)
        {
            File.Delete(Folder);
            Directory.Move(Folder + ".away", Folder);
        }
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
