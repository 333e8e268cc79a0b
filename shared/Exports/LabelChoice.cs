using System.Text.Json;
using System.Text.RegularExpressions;
using ParquetPool.Texts;

namespace ParquetPool.Exports;

/// <summary>What a cell or a JSON value says of a row's class.</summary>
internal abstract partial record LabelChoice
{
    /// <summary>Between the levels of a taxonomy's class.</summary>
    public const string Level = " > ";

    /// <summary>No class.</summary>
    public sealed record None : LabelChoice;

    /// <summary>One class.</summary>
    public sealed record One(string Name) : LabelChoice;

    /// <summary>More than one, of which none is the row's.</summary>
    public sealed record Several(string Names) : LabelChoice;

    /// <summary>Something else: marked spans, boxes, an object that is not known.</summary>
    public sealed record Other : LabelChoice;

    /// <summary>Of a table's cell, which may hold JSON, or a list as Python writes it, where several choices were possible.</summary>
    public static LabelChoice OfCell(string? cell)
    {
        if (cell?.TrimStart() is ['[' or '{', ..])
        {
            try
            {
                using var json = JsonDocument.Parse(cell);
                if (Of(json.RootElement) is var choice and not Other)
                {
                    return choice;
                }
            }
            catch (JsonException)
            {
                if (PythonNames(cell) is { } names)
                {
                    return names.Distinct(StringComparer.Ordinal).ToList() is [var only] ? new One(only) : new Several(string.Join(", ", names));
                }
                // A name that begins so.
            }
        }
        // Choices that stand one below the other, as Appen writes them.
        var lines = cell?.AsSpan().Trim().ContainsAny('\n', '\r') == true ? cell.Split(['\n', '\r']).Select(LabelText.Read).OfType<string>().Distinct(StringComparer.Ordinal).ToList() : [];
        return lines.Count > 1 ? new Several(string.Join(", ", lines)) : LabelText.Read(cell) is { } name ? new One(lines is [var line] ? line : name) : new None();
    }

    /// <summary>The names in a list as Python and NumPy write it, <c>['cat', 'dog']</c>; null where it is none.</summary>
    private static List<string>? PythonNames(string cell)
    {
        var list = cell.Trim();
        return PythonList().IsMatch(list) ? [.. PythonName().Matches(list).Select(m => LabelText.Read(m.Groups["name"].Value)).OfType<string>()] : null;
    }

    [GeneratedRegex(@"^\[(\s*(u?'[^'\\]*'|u?""[^""\\]*"")\s*,?)+\s*\]$", RegexOptions.NonBacktracking)]
    private static partial Regex PythonList();

    [GeneratedRegex(@"'(?<name>[^']*)'|""(?<name>[^""]*)""", RegexOptions.NonBacktracking)]
    private static partial Regex PythonName();

    /// <summary>Of a text, a number, a flag, a list of one of them, <c>{"choices": [...]}</c>, <c>{"taxonomy": [[...]]}</c> or <c>{"rating": N}</c>.</summary>
    public static LabelChoice Of(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return new None();
            case JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return LabelText.Read(JsonField.Scalar(value)) is { } name ? new One(name) : new None();
            case JsonValueKind.Array:
                return OfNames([.. value.EnumerateArray()]);
            case JsonValueKind.Object when JsonField.Get(value, "choices") is { } choices:
                return Of(choices);
            case JsonValueKind.Object when JsonField.Get(value, "taxonomy") is { } paths:
                return OfPaths(paths);
            case JsonValueKind.Object when JsonField.Get(value, "rating") is { } rating:
                return Of(rating);
            default:
                return new Other();
        }
    }

    private static LabelChoice OfNames(IReadOnlyList<JsonElement> names)
    {
        if (names.Any(n => n.ValueKind is JsonValueKind.Array))
        {
            return names.All(n => n.ValueKind is JsonValueKind.Array && n.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)) ? OfPaths(names) : new Other(); // [0, 5, "name"] marks a span.
        }
        if (names.Count > 1 && names.All(n => n.ValueKind is JsonValueKind.Number))
        {
            return new Several(string.Join(", ", names.Select(n => n.GetRawText()))); // A number for each class, rather than classes.
        }
        var choices = names.Select(Of).ToList();
        string[] known = [.. choices.OfType<One>().Select(one => one.Name).Distinct(StringComparer.Ordinal)];
        return choices.Any(c => c is Other or Several) ? new Other()
            : known.Length switch { 0 => new None(), 1 => new One(known[0]), _ => new Several(string.Join(", ", known)) };
    }

    private static LabelChoice OfPaths(JsonElement paths) =>
        paths.ValueKind != JsonValueKind.Array ? new Other()
        : paths.EnumerateArray().All(p => p.ValueKind == JsonValueKind.String) ? OfPath([paths])
        : OfPaths([.. paths.EnumerateArray()]);

    private static LabelChoice OfPaths(IReadOnlyList<JsonElement> paths) =>
        paths.All(p => p.ValueKind == JsonValueKind.Array && p.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)) ? OfPath(paths) : new Other();

    /// <summary>The one path; the deepest where the others lead to it.</summary>
    private static LabelChoice OfPath(IReadOnlyList<JsonElement> paths)
    {
        string[] names = [.. paths.Select(p => string.Join(Level, p.EnumerateArray().Select(e => LabelText.Read(e.GetString())).OfType<string>())).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal)];
        return names.Length == 0 ? new None()
            : names.MaxBy(n => n.Length) is { } deepest && names.All(n => n == deepest || deepest.StartsWith(n + Level, StringComparison.Ordinal)) ? new One(deepest)
            : new Several(string.Join(", ", names));
    }
}
