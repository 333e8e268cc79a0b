using System.Text.Json;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Tables;

/// <summary>Texts of JSON, one a line, as tables' logs are written.</summary>
internal static class LogLines
{
    /// <summary>Hands over every object of a file.</summary>
    /// <exception cref="DataException">A line is no JSON object.</exception>
    public static void Read(string path, Action<JsonElement> take)
    {
        using var file = StoredFiles.Open(path);
        Read(path, File.ReadLines(file.Path), take);
    }

    /// <summary>Hands over the object of every line but those that are blank.</summary>
    /// <exception cref="DataException">A line is no JSON object.</exception>
    public static void Read(string path, IEnumerable<string> lines, Action<JsonElement> take)
    {
        foreach (var (number, line) in lines.Index().Where(line => !string.IsNullOrWhiteSpace(line.Item)))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                take(json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement : throw new JsonException("no object"));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException) // The second: a text that is no Unicode.
            {
                throw new DataException($"{path}: line {number + 1} is no JSON object, expected an entry of a table's log: the log is damaged, copy the table anew or write a plain Parquet copy");
            }
        }
    }

    /// <summary>A member of an object; null where it is not there or says null.</summary>
    public static JsonElement? Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    /// <summary>A member that is a text.</summary>
    public static string? Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
