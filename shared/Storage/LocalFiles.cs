namespace ParquetPool.Storage;

/// <summary>Files that are read at the same time.</summary>
public sealed class LocalFiles : IDisposable
{
    private readonly List<LocalFile> files = [];

    internal LocalFiles(IEnumerable<string> paths)
    {
        try
        {
            files.AddRange(paths.Select(path => StoredFiles.Open(path)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>In the order in which they were asked for.</summary>
    public IReadOnlyList<string> Paths => [.. files.Select(file => file.Path)];

    public void Dispose() => files.ForEach(file => file.Dispose());
}

/// <summary>A file that can be read here: one of this machine, or an object or an <see cref="UnpackedFile"/> in the cache, where it stays until this is disposed.</summary>
public sealed class LocalFile : IDisposable
{
    private readonly IDisposable? lease;

    internal LocalFile(string path, IDisposable? lease = null) => (Path, this.lease) = (path, lease);

    public string Path { get; }

    public void Dispose() => lease?.Dispose();
}
