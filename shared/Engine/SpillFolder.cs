using ParquetPool.Storage;

namespace ParquetPool.Engine;

/// <summary>A folder for what a sort or a grouping cannot hold in memory; gone with its owner.</summary>
internal sealed class SpillFolder : IDisposable
{
    private readonly TemporaryFolder folder;

    /// <param name="beside">The output, beside which there is room if anywhere.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public SpillFolder(string beside)
    {
        try
        {
            folder = TemporaryFolder.Create(beside + ".spill");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw WholeFile.Unwritable(beside + ".spill", failure.Message, failure);
        }
    }

    public string Path => folder.Path;

    public void Dispose() => folder.Dispose();
}
