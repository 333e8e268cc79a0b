namespace ParquetPool.Scorer.Records;

/// <summary>A folder that a run writes: each file appears whole, by one rename, and the run's record comes last.</summary>
/// <typeparam name="T">The record.</typeparam>
/// <param name="recordName">Its file.</param>
internal abstract class RecordedFolder<T>(string root, string recordName)
    where T : class
{
    /// <summary>Rows that cannot be used.</summary>
    public string Rejects => In("rejects.parquet");

    /// <summary>Whether the record of an earlier run says that its files are ours.</summary>
    public bool Knows(string name) => JsonFile.Read<T>(In(recordName)) is not null;

    /// <summary>Makes the folder and takes back the word of an earlier run in it.</summary>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public void Open()
    {
        try
        {
            Directory.CreateDirectory(root);
            File.Delete(In(recordName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{root} cannot be written: {e.Message.TrimEnd('.')}; choose a folder with --out that may be written and has room", e);
        }
    }

    /// <summary>Writes the record, after everything else.</summary>
    public void WriteRecord(T record) => JsonFile.WriteRecord(In(recordName), record);

    /// <summary>A file of the folder.</summary>
    protected string In(string name) => Path.Combine(root, name);
}
