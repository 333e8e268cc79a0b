using System.Globalization;
using System.Text.Json;

namespace ParquetPool.Trainer.Sources;

/// <summary>The names of classes that Hugging Face's data sets keep beside numbers (<c>ClassLabel</c>).</summary>
internal static class ClassLabels
{
    /// <summary>What the numbers of a column stand for, from 0 on; null where nothing is said of it.</summary>
    /// <param name="features">The entry <c>huggingface</c> of a file's footer or schema: <c>{"info":{"features":{"label":{"names":[...],"_type":"ClassLabel"}}}}</c>.</param>
    public static IReadOnlyList<string>? Of(string? features, string column)
    {
        try
        {
            using var json = JsonDocument.Parse(features ?? "null");
            return Member(Member(Member(Member(json.RootElement, "info"), "features"), column), "names") is { ValueKind: JsonValueKind.Array } names
                ? [.. names.EnumerateArray().Select(name => name.ToString())]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A label by its class's name; null where it is -1, which is none.</summary>
    public static string? Name(string? label, IReadOnlyList<string>? names) =>
        names is null || !int.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? label
        : number == -1 ? null
        : number >= 0 && number < names.Count ? names[number] : label;

    private static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var member) ? member : null;
}
