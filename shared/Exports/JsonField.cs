using System.Text.Json;

namespace ParquetPool.Exports;

/// <summary>Looks into JSON that may be anything.</summary>
internal static class JsonField
{
    /// <summary>The property; null where there is none, it is null, or the value is no object.</summary>
    public static JsonElement? Get(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <summary>The property of a property of ... .</summary>
    public static JsonElement? Get(JsonElement value, string name, string inner) => Get(value, name) is { } outer ? Get(outer, inner) : null;

    /// <summary>The elements of a property that is a list; null where it is none.</summary>
    public static IReadOnlyList<JsonElement>? List(JsonElement value, string name) =>
        Get(value, name) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : null;

    /// <summary>A property that is a text or a number and not empty.</summary>
    public static string? Text(JsonElement value, string name) => Get(value, name) is { } found ? Scalar(found) : null;

    /// <summary>The first of the properties that is there.</summary>
    public static string? Text(JsonElement value, params IEnumerable<string> names) => names.Select(name => Text(value, name)).FirstOrDefault(text => text is not null);

    public static bool Flag(JsonElement value, string name) => Get(value, name) is { ValueKind: JsonValueKind.True };

    /// <summary>A text, a number as it was written, or a flag; null where it is empty or none of them.</summary>
    public static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };
}
