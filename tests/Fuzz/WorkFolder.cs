namespace ParquetPool.Fuzz;

/// <summary>A folder of its own, removed at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("parquetpool-fuzz-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
