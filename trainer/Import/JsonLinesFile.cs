using System.Text;
using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

/// <summary>Lines of JSON, an object each; gzipped or not.</summary>
internal sealed class JsonLinesFile(string path) : TextFile(path)
{
    private const int LongestLine = 1 << 26;
    private const int SampledLines = 100;

    public override IReadOnlyList<string> Columns { get; } = First(path);

    public override IEnumerable<string?[]> Read(IReadOnlyList<string> columns)
    {
        foreach (var row in Objects(Path))
        {
            yield return [.. columns.Select(column => row.TryGetProperty(column, out var value) ? Text(value) : null)];
        }
    }

    private static List<string> First(string path) => [.. Objects(path).Take(SampledLines).SelectMany(row => row.EnumerateObject().Select(member => member.Name)).Distinct()];

    private static IEnumerable<JsonElement> Objects(string path)
    {
        using var reader = new StreamReader(InputFile.Open(path), new UTF8Encoding(false, throwOnInvalidBytes: true));
        var number = 0L;
        while (Line(reader, path, number + 1) is { } line)
        {
            number++;
            if (line.AsSpan().Trim().Length > 0)
            {
                using var json = Parse(line, path, number);
                yield return json.RootElement;
            }
        }
    }

    private static JsonDocument Parse(string line, string path, long number)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(line);
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

    /// <summary>The next line, of bounded length: a file without ends of lines is not held whole.</summary>
    private static string? Line(StreamReader reader, string path, long number)
    {
        var line = new StringBuilder();
        try
        {
            for (int next; (next = reader.Read()) >= 0;)
            {
                if (next == '\n')
                {
                    return line.ToString();
                }
                if (line.Length == LongestLine)
                {
                    throw new DataException($"{path}: line {number} has more than {LongestLine:N0} characters, expected an object on each line: is it one list? write one object a line");
                }
                line.Append((char)next);
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new DataException($"{path}: line {number}: not UTF-8: save it in UTF-8", e);
        }
        catch (InvalidDataException damaged)
        {
            throw InputFile.Damaged(path, damaged);
        }
        return line.Length > 0 ? line.ToString() : null;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Unescaped(value),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    /// <summary>The text; null where it holds half a character only, which is none.</summary>
    private static string? Unescaped(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
