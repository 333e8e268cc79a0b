using System.Text.Json;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>A folder of results that are made of many runs, each of which is kept when it has ended. Each file appears whole, by one rename; the record comes last.</summary>
/// <param name="record">The record's name.</param>
/// <param name="runs">The name of the folder of the runs.</param>
internal sealed class ResultFolder(string root, string record, string runs)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string Report => Path.Combine(root, "report.html");

    private string Record => Path.Combine(root, record);

    /// <summary>Makes the folder and takes back the word of earlier results in it.</summary>
    /// <param name="files">That will be written besides page and record.</param>
    /// <param name="names">Of the runs' files.</param>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public WrittenFiles Open(IEnumerable<string> files, IEnumerable<string> names)
    {
        var written = WrittenFiles.Claim(root, files.Append(Report).Append(Record).Concat(names.Select(PathOf)).Select(file => Path.GetRelativePath(root, file)), _ => File.Exists(Record));
        try
        {
            Directory.CreateDirectory(Path.Combine(root, runs));
            File.Delete(Record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{root} cannot be written: {e.Message.TrimEnd('.')}; choose a folder with --out that may be written and has room", e);
        }
        return written;
    }

    /// <summary>A run as it was kept; null where there is none, or another file.</summary>
    /// <param name="name">Of its file.</param>
    public T? Finished<T>(string name)
        where T : class
    {
        try
        {
            return File.Exists(PathOf(name)) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(PathOf(name)), Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Keep<T>(string name, T run) => WholeFile.Write(PathOf(name), stream => JsonSerializer.Serialize(stream, run, Json));

    /// <summary>Writes the page.</summary>
    public void Write(string page) => WholeFile.Write(Report, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(page)));

    /// <summary>Writes the record.</summary>
    public void Close<T>(T results) => WholeFile.Write(Record, RecordSeal.Close(JsonSerializer.SerializeToUtf8Bytes(results, Json)));

    private string PathOf(string name) => Path.Combine(root, runs, name);
}
