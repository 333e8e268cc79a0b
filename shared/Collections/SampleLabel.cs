using System.Text;
using System.Text.Json;

namespace ParquetPool.Collections;

/// <summary>The label that a member of a WebDataset sample tells.</summary>
internal static class SampleLabel
{
    private static readonly string[] Members = ["label", "cls", "class"];

    /// <summary>Null where the member tells none; -1 is none.</summary>
    public static string? Of(string name, byte[] bytes)
    {
        var text = name.EndsWith(".cls", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8.GetString(bytes).Trim()
            : name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? OfJson(bytes)
            : null;
        return text is null or "" or "-1" ? null : text;
    }

    private static string? OfJson(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            foreach (var member in Members)
            {
                if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(member, out var label) && label.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                {
                    return label.ToString();
                }
            }
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException)
        {
            // What stands beside a picture may be anything.
        }
        return null;
    }
}
