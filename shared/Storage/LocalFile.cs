namespace ParquetPool.Storage;

/// <summary>A file that can be read here: one of this machine, or an object in the cache, where it stays until this is disposed.</summary>
public sealed class LocalFile : IDisposable
{
    private readonly FileStream? lease;

    internal LocalFile(string path, FileStream? lease = null) => (Path, this.lease) = (path, lease);

    public string Path { get; }

    public void Dispose() => lease?.Dispose();
}
