using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>A folder for what a sort or a grouping cannot hold in memory; gone with its owner.</summary>
internal sealed class SpillFolder : IDisposable
{
    /// <param name="beside">The output, beside which there is room if anywhere.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public SpillFolder(string beside)
    {
        Path = TemporaryFile.NameOf(beside + ".spill");
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Unwritable(Path, failure.Message, failure);
        }
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
