using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Sources;

/// <summary>Lines of JSON, an object each; gzipped or not.</summary>
internal sealed partial class JsonLinesFile(string path) : TextFile(path)
{
    private const int MostColumns = 10_000;

    public override IReadOnlyList<string> Columns { get; } = All(path);

    public override IEnumerable<string?[]> Read(IReadOnlyList<string> columns)
    {
        var places = columns.Index().ToDictionary(column => column.Item, column => column.Index, StringComparer.Ordinal);
        foreach (var (number, row) in Objects(Path))
        {
            var values = new string?[columns.Count];
            foreach (var member in row.EnumerateObject())
            {
                if (NameOf(member) is { } name && places.TryGetValue(name, out var place))
                {
                    values[place] = place == 0 || member.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object) ? Text(member.Value)
                        : throw new DataException($"{Path}: line {number}: {name} is {(member.Value.ValueKind == JsonValueKind.Array ? "a list" : "an object")}, expected text, a number or a boolean: write one value, or name another column");
                }
            }
            yield return values;
        }
    }

    /// <summary>The names of all lines' members, in the order in which they first stand there.</summary>
    private static List<string> All(string path)
    {
        var (names, seen, rows) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal), 0L);
        foreach (var (number, row) in Objects(path))
        {
            rows = number;
            foreach (var name in row.EnumerateObject().Select(NameOf).OfType<string>().Where(seen.Add))
            {
                names.Add(names.Count < MostColumns ? name : throw new DataException($"{path}: line {number}: more than {MostColumns:N0} different names so far, expected the same columns on each line: write the same names on each"));
            }
        }
        return rows > 0 ? names : throw new DataException($"{path}: empty, expected an object on each line, such as {{\"text\": \"...\"}}");
    }

    private static IEnumerable<(long Number, JsonElement Row)> Objects(string path)
    {
        using var lines = new ByteLines(path);
        while (lines.Next())
        {
            if (lines.Line.Span.ContainsAnyExcept(" \t\r"u8))
            {
                using var json = Parse(lines.Line, path, lines.Number);
                yield return (lines.Number, json.RootElement);
            }
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> line, string path, long number)
    {
        JsonDocument json;
        try
        {
            json = Read(line);
        }
        catch (JsonException e)
        {
            throw new DataException($"{path}: line {number}: not JSON ({e.Message.Split(" LineNumber")[0].TrimEnd('.')}), expected an object on each line: mend or delete it", e);
        }
        if (json.RootElement.ValueKind == JsonValueKind.Object)
        {
            return json;
        }
        json.Dispose();
        throw new DataException($"{path}: line {number}: not an object, expected one on each line, such as {{\"text\": \"...\"}}");
    }

    /// <summary>One value; NaN and infinities, as Python writes them, are null.</summary>
    private static JsonDocument Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            var text = Encoding.Latin1.GetString(line.Span); // Bytes as they are.
            var without = TextsAndNoNumbers().Replace(text, found => found.Value[0] == '"' ? found.Value : "null");
            if (without == text)
            {
                throw;
            }
            return JsonDocument.Parse(Encoding.Latin1.GetBytes(without));
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Unescaped(value.GetString),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    [GeneratedRegex("""\"([^"\\]|\\.)*"|-?\b(NaN|Infinity)\b""", RegexOptions.NonBacktracking)]
    private static partial Regex TextsAndNoNumbers();

    private static string? NameOf(JsonProperty member) => Unescaped(() => member.Name);

    /// <summary>The text; null where it holds half a character only, which is none.</summary>
    private static string? Unescaped(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
