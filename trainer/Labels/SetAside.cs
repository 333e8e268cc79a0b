using System.Text.Json;
using ParquetPool.Storage;

namespace ParquetPool.Trainer.Labels;

/// <summary>A label file that could not be read.</summary>
/// <param name="Source">Its full path.</param>
/// <param name="Version">Its SHA-256, or what else tells that it has changed.</param>
internal sealed record SetAsideFile(string Source, string Version, string Reason, DateTimeOffset TimeUtc);

/// <summary><c>labels/set-aside.json</c>: label files that could not be read, which a service tells once and does not try again until they change.</summary>
internal sealed class SetAside
{
    public const string FileName = "set-aside.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string path;
    private readonly SortedDictionary<string, SetAsideFile> files = new(StringComparer.Ordinal);
    private bool hasChanged;

    /// <summary>Reads what was set aside; a list that cannot be read is begun anew.</summary>
    public SetAside(string folder)
    {
        path = StorageAddress.Join(folder, FileName);
        WrittenFiles.Settle(path);
        try
        {
            foreach (var file in StoredFiles.Exists(path) ? JsonSerializer.Deserialize<List<SetAsideFile?>>(StoredFiles.ReadAllBytes(path), Json) ?? [] : [])
            {
                if (file is { Source.Length: > 0, Version: not null })
                {
                    files[file.Source] = file;
                }
            }
        }
        catch (JsonException)
        {
            hasChanged = true; // Every file is tried again.
        }
    }

    /// <summary>By source.</summary>
    public IReadOnlyCollection<SetAsideFile> Files => files.Values;

    public bool Holds(string source, string version) => files.TryGetValue(source, out var file) && file.Version == version;

    public void Add(SetAsideFile file) => (files[file.Source], hasChanged) = (file, true);

    /// <summary>The file was read after all.</summary>
    public void Remove(string source) => hasChanged |= files.Remove(source);

    /// <exception cref="IOException">The list cannot be written.</exception>
    public void Save()
    {
        if (hasChanged)
        {
            WrittenFiles.Begin(path);
            WholeFile.Write(path, stream => JsonSerializer.Serialize(stream, files.Values, Json));
            WrittenFiles.Add(path);
            hasChanged = false;
        }
    }
}
