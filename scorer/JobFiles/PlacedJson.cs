using System.Text;
using System.Text.Json;

namespace ParquetPool.Scorer.JobFiles;

/// <summary>A JSON value that knows where it stands.</summary>
/// <param name="Text">Of a string its characters; of a number, true, false or null what is written; empty otherwise.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
internal sealed record PlacedJson(JsonValueKind Kind, string Text, int Line, int Column)
{
    /// <summary>Of an object, in the order of the file; a name may stand twice.</summary>
    public IReadOnlyList<(PlacedJson Name, PlacedJson Value)> Members { get; private init; } = [];

    /// <summary>Of an array.</summary>
    public IReadOnlyList<PlacedJson> Items { get; private init; } = [];

    private const string Unreadable = "\uFFFD";

    public Mistake Wrong(string message) => new(Line, Column, message);

    /// <summary>Reads a file's text; comments and trailing commas are allowed.</summary>
    /// <returns>Null where the text is no JSON, which is a mistake.</returns>
    public static PlacedJson? Parse(byte[] text, List<Mistake> mistakes)
    {
        var at = text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        var reader = new Utf8JsonReader(text.AsSpan(at), new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            reader.Read();
            var value = Value(ref reader, text, at, mistakes);
            reader.Read(); // Whatever follows the value is an error.
            return value;
        }
        catch (JsonException e)
        {
            var line = (int)(e.LineNumber ?? 0);
            var start = at;
            for (var i = 0; i < line; i++)
            {
                start += text.AsSpan(start).IndexOf((byte)'\n') + 1;
            }
            var message = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            mistakes.Add(new Mistake(line + 1, Characters(text, start, start + (int)(e.BytePositionInLine ?? 0)) + 1, $"no JSON: {message}"));
            return null;
        }
    }

    private static PlacedJson Value(ref Utf8JsonReader reader, byte[] text, int offset, List<Mistake> mistakes)
    {
        var place = Here(ref reader, text, offset, mistakes);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            var members = new List<(PlacedJson, PlacedJson)>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = Here(ref reader, text, offset, mistakes);
                reader.Read();
                members.Add((name, Value(ref reader, text, offset, mistakes)));
            }
            return place with { Members = members };
        }
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            var items = new List<PlacedJson>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                items.Add(Value(ref reader, text, offset, mistakes));
            }
            return place with { Items = items };
        }
        return place;
    }

    private static PlacedJson Here(ref Utf8JsonReader reader, byte[] text, int offset, List<Mistake> mistakes)
    {
        var at = offset + (int)reader.TokenStartIndex;
        var before = text.AsSpan(0, at);
        var start = before.LastIndexOf((byte)'\n') + 1;
        var (kind, value) = reader.TokenType switch
        {
            JsonTokenType.StartObject => (JsonValueKind.Object, ""),
            JsonTokenType.StartArray => (JsonValueKind.Array, ""),
            JsonTokenType.Number => (JsonValueKind.Number, Encoding.UTF8.GetString(reader.ValueSpan)),
            JsonTokenType.True => (JsonValueKind.True, "true"),
            JsonTokenType.False => (JsonValueKind.False, "false"),
            JsonTokenType.Null => (JsonValueKind.Null, "null"),
            _ => (JsonValueKind.String, TextOf(ref reader)),
        };
        var place = new PlacedJson(kind, value ?? Unreadable, before.Count((byte)'\n') + 1, Characters(text, start, at) + 1);
        if (value is null)
        {
            mistakes.Add(place.Wrong("this text holds half a character, a NUL or bytes that are no UTF-8: write it again, in UTF-8"));
        }
        return place;
    }

    /// <summary>Null where it is no text that a name, a path or an option may hold.</summary>
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is { } text && !text.Contains('\0') ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static int Characters(byte[] text, int from, int to) =>
        Encoding.UTF8.GetCharCount(text.AsSpan(from, Math.Clamp(to, from, text.Length) - from)) - (from == 0 && text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? 1 : 0);
}

/// <summary>What is wrong in a jobs file, and where.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
internal sealed record Mistake(int Line, int Column, string Message)
{
    public override string ToString() => FormattableString.Invariant($"{Line}:{Column}: {Message}");
}
