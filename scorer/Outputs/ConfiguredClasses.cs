using System.Globalization;
using System.Text.Json;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Outputs;

/// <summary>What the <c>config.json</c> says that Hugging Face's exporters put beside a model, or beside the folder <c>onnx</c> that it is in: the names of the classes, <c>id2label</c>, and what the model is for, <c>problem_type</c>.</summary>
internal static class ConfiguredClasses
{
    private const string FileName = "config.json";
    private const string Folder = "onnx";
    private const long MostBytes = 1 << 24;
    private static readonly string[] OtherTasks = ["multi_label_classification", "regression"];

    /// <summary>The names in the order of the columns; null where there are none, or those that stand for none are there: <c>LABEL_0</c>.</summary>
    public static IReadOnlyList<string>? Beside(string model) => Read(model, Names);

    /// <summary>What the model is for; null where that is one class a row, or nobody says so.</summary>
    public static string? OtherTask(string model) => Read(model, config =>
        config.TryGetProperty("problem_type", out var type) && type.ValueKind == JsonValueKind.String && OtherTasks.Contains(type.GetString()) ? type.GetString() : null);

    /// <summary>What <paramref name="told"/> makes of the file; null where there is none.</summary>
    private static T? Read<T>(string model, Func<JsonElement, T?> told)
        where T : class
    {
        var folder = StorageAddress.FolderOf(StorageAddress.Full(model));
        var config = StorageAddress.Join(folder, FileName);
        if (!StoredFiles.Exists(config) && Path.GetFileName(StorageAddress.Trim(folder)) == Folder)
        {
            config = StorageAddress.Join(StorageAddress.FolderOf(StorageAddress.Trim(folder)), FileName);
        }
        if (!StoredFiles.Exists(config) || StoredFiles.Length(config) > MostBytes)
        {
            return null;
        }
        try
        {
            using var json = JsonDocument.Parse(StoredFiles.ReadAllBytes(config));
            return json.RootElement.ValueKind == JsonValueKind.Object ? told(json.RootElement) : null;
        }
        catch (JsonException)
        {
            return null; // Another program's.
        }
    }

    private static List<string>? Names(JsonElement config)
    {
        if (!config.TryGetProperty("id2label", out var labels) || labels.ValueKind != JsonValueKind.Object)
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
}
