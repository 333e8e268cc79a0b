using System.Globalization;
using System.Text.Json;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Outputs;

/// <summary>The names of the classes in the <c>config.json</c> that Hugging Face's exporters put beside a model, or beside the folder <c>onnx</c> that it is in: <c>id2label</c>.</summary>
internal static class ConfiguredClasses
{
    private const string FileName = "config.json";
    private const string Folder = "onnx";
    private const long MostBytes = 1 << 24;

    /// <summary>The names in the order of the columns; null where there are none, or those that stand for none are there: <c>LABEL_0</c>.</summary>
    public static IReadOnlyList<string>? Beside(string model)
    {
        var folder = StorageAddress.FolderOf(StorageAddress.Full(model));
        var config = StorageAddress.Join(folder, FileName);
        if (!StoredFiles.Exists(config) && Path.GetFileName(StorageAddress.Trim(folder)) == Folder)
        {
            config = StorageAddress.Join(StorageAddress.FolderOf(StorageAddress.Trim(folder)), FileName);
        }
        return StoredFiles.Exists(config) && StoredFiles.Length(config) <= MostBytes ? Names(StoredFiles.ReadAllBytes(config)) : null;
    }

    private static List<string>? Names(byte[] json)
    {
        try
        {
            using var config = JsonDocument.Parse(json);
            if (config.RootElement.ValueKind != JsonValueKind.Object || !config.RootElement.TryGetProperty("id2label", out var labels) || labels.ValueKind != JsonValueKind.Object)
            {
                return null;
            }
            // Keys are sorted as texts: 0, 1, 10, 2.
            var named = labels.EnumerateObject().Where(l => l.Value.ValueKind == JsonValueKind.String).Select(l => (At: int.TryParse(l.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : -1, Name: l.Value.GetString()!)).OrderBy(l => l.At).ToList();
            return named.Count > 1 && named.Select(l => l.At).SequenceEqual(Enumerable.Range(0, named.Count)) && named.DistinctBy(l => l.Name).Count() == named.Count
                && named.All(l => l.Name.Length > 0) && !named.All(l => l.Name == $"LABEL_{l.At}")
                ? [.. named.Select(l => l.Name)]
                : null;
        }
        catch (JsonException)
        {
            return null; // Another program's.
        }
    }
}
