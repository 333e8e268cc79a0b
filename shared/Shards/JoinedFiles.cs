using ParquetPool.Engine;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>Parquet files of one kind as one file, where they are many and small: to open thousands takes an engine longer than to read them, and they are read several times.</summary>
/// <remarks>The joined file has the rows in the order of the files, lies in a temporary folder and is gone with this. Where files are few, large or of different kinds, they are left as they are.</remarks>
public sealed class JoinedFiles : IDisposable
{
    private const int Many = 64;
    private const long Small = 1 << 18; // bytes, in the mean
    private readonly SpillFolder? spill;

    private JoinedFiles(IReadOnlyList<string> paths, SpillFolder? spill = null) => (Paths, this.spill) = (paths, spill);

    /// <summary>What is to be read.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <param name="beside">A path whose folder has room.</param>
    /// <exception cref="Errors.DataException">A file is missing.</exception>
    /// <exception cref="IOException">There is no room.</exception>
    public static JoinedFiles Of(IReadOnlyList<string> parquetFiles, string beside)
    {
        if (parquetFiles.Count < Many || parquetFiles.Sum(file => StoredFiles.Length(file) ?? 0) > parquetFiles.Count * Small)
        {
            return new(parquetFiles);
        }
        var spill = new SpillFolder(beside);
        var joined = Path.Combine(spill.Path, "joined.parquet");
        try
        {
            using var duckDb = new DuckDb(spill.Path);
            using var files = StoredFiles.OpenAll(parquetFiles);
            if (files.Paths.Select(file => ParquetFooter.Read(file)?.Kind).Distinct().ToList() is [not null])
            {
                duckDb.Execute($"COPY (SELECT * FROM {Sql.ReadParquet(files.Paths)}) TO {Sql.Text(joined)} (FORMAT parquet)");
                return new([joined], spill);
            }
        }
        catch (DuckDbException)
        {
            // Whoever reads the files says what is wrong with them.
        }
        catch
        {
            spill.Dispose();
            throw;
        }
        spill.Dispose();
        return new(parquetFiles);
    }

    public void Dispose() => spill?.Dispose();
}
