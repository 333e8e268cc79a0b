using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ParquetPool.Fuzz;

/// <summary>Changes values, names and lists of JSON, or of one line of JSON Lines.</summary>
internal static class JsonMutator
{
    private const string Mark = "\u0001here\u0001";

    public static byte[] Change(byte[] bytes, Random draw)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var lines = text.Split('\n');
        var line = draw.Next(lines.Length);
        return Try(text, draw) is { } whole ? Encoding.UTF8.GetBytes(whole)
            : Try(lines[line], draw) is { } one ? Encoding.UTF8.GetBytes(string.Join('\n', [.. lines[..line], one, .. lines[(line + 1)..]]))
            : LineMutator.Change(bytes, draw);
    }

    private static string? Try(string text, Random draw)
    {
        try
        {
            var root = JsonNode.Parse(text);
            var nodes = All(root).ToList();
            return nodes.Count == 0 ? null : Change(root!, nodes[draw.Next(nodes.Count)], draw);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Change(JsonNode root, JsonNode chosen, Random draw)
    {
        switch (chosen.Parent)
        {
            case JsonObject parent:
                var name = chosen.GetPropertyName();
                switch (draw.Next(8))
                {
                    case 0:
                        parent.Remove(name);
                        return root.ToJsonString();
                    case 1:
                        parent.Remove(name);
                        parent[name + "X"] = chosen;
                        return root.ToJsonString();
                    case 2:
                        var again = chosen.DeepClone();
                        parent[name] = Mark;
                        return root.ToJsonString().Replace(JsonSerializer.Serialize(Mark), $"{again.ToJsonString()},{JsonSerializer.Serialize(name)}:{(draw.Next(2) == 0 ? again.ToJsonString() : Extremes.Json(draw))}", StringComparison.Ordinal);
                    default:
                        parent[name] = Mark;
                        break;
                }
                break;
            case JsonArray parent:
                var at = chosen.GetElementIndex();
                switch (draw.Next(6))
                {
                    case 0:
                        parent.RemoveAt(at);
                        return root.ToJsonString();
                    case 1:
                        for (var copies = draw.Next(3) == 0 ? 500 : 1; copies > 0; copies--)
                        {
                            parent.Insert(at, chosen.DeepClone());
                        }
                        return root.ToJsonString();
                    case 2:
                        parent.Clear();
                        return root.ToJsonString();
                    default:
                        parent[at] = Mark;
                        break;
                }
                break;
            default:
                return Extremes.Json(draw);
        }
        return root.ToJsonString().Replace(JsonSerializer.Serialize(Mark), Extremes.Json(draw), StringComparison.Ordinal);
    }

    private static IEnumerable<JsonNode> All(JsonNode? node) => node switch
    {
        null => [],
        JsonObject members => members.SelectMany(m => All(m.Value)).Prepend(node),
        JsonArray items => items.SelectMany(All).Prepend(node),
        _ => [node],
    };
}
