using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Texts;

namespace ParquetPool.Collections;

/// <summary>A <c>metadata.csv</c>, <c>.jsonl</c> or <c>.parquet</c> beside pictures: <c>file_name</c>, a path from there, and a label.</summary>
internal static class MetadataFile
{
    private const string Name = "file_name";
    private const string DefaultLabel = "label";

    public static bool IsNamedSo(string path) => Path.GetFileName(path) is "metadata.csv" or "metadata.jsonl" or "metadata.parquet";

    /// <summary>File names and their labels.</summary>
    /// <exception cref="DataException">The file is malformed or has no <c>file_name</c>, or not the label asked for.</exception>
    public static IEnumerable<(string Name, string? Label)> Read(string path, string? label)
    {
        if (path.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            return Lines(path, label ?? DefaultLabel);
        }
        var columns = TextTable.Columns(path);
        return label is not null || columns.Contains(DefaultLabel)
            ? TextTable.ReadLabels(path, Name, label ?? DefaultLabel).Where(row => row[0] is not null).Select(row => (row[0]!, row[1]))
            : TextTable.ReadLabels(path, Name).Where(row => row[0] is not null).Select(row => (row[0]!, (string?)null));
    }

    private static IEnumerable<(string Name, string? Label)> Lines(string path, string label)
    {
        using var file = StoredFiles.Open(path);
        foreach (var (index, line) in File.ReadLines(file.Path).Index().Where(line => line.Item.Trim().Length > 0))
        {
            yield return Parse(path, index + 1, line, label);
        }
    }

    private static (string Name, string? Label) Parse(string path, int number, string line, string label)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty(Name, out var name) || name.ValueKind != JsonValueKind.String ? throw new DataException($"{path}: line {number}: no {Name}, expected the path of a picture from there")
                : !json.RootElement.TryGetProperty(label, out var value) || value.ValueKind == JsonValueKind.Null ? (name.GetString()!, (string?)null)
                : value.ValueKind is JsonValueKind.Array or JsonValueKind.Object ? throw new DataException($"{path}: line {number}: {label} is {(value.ValueKind == JsonValueKind.Array ? "a list" : "an object")}, expected text, a number or a boolean: write one value, or name another with --label-column")
                : (name.GetString()!, value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText());
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw new DataException($"{path}: line {number}: not JSON ({malformed.Message.TrimEnd('.')}): mend it", malformed);
        }
    }
}
