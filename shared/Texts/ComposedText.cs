using System.Globalization;
using System.Text;
using ParquetPool.Engine;

namespace ParquetPool.Texts;

/// <summary>Texts in Unicode's normalisation form C, by DuckDB: .NET without ICU leaves texts as they are.</summary>
public static class ComposedText
{
    private const int Most = 10_000;
    private const char FirstMark = '\u0300';
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal);
    private static DuckDb? duckDb;

    /// <summary>The text with its accents composed; as it is where it is no text that can be.</summary>
    public static string Of(string text)
    {
        lock (Gate)
        {
            if (Known.TryGetValue(text, out var composed))
            {
                return composed;
            }
            if (Known.Count >= Most)
            {
                Known.Clear();
            }
            return Known[text] = Compose([text])[0];
        }
    }

    /// <summary>Texts with their accents composed, many at a time.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> texts)
    {
        string[] composed = [.. texts];
        int[] open = [.. Enumerable.Range(0, composed.Length).Where(i => !IsComposed(composed[i]))];
        if (open.Length == 0)
        {
            return composed;
        }
        lock (Gate)
        {
            foreach (var (i, text) in open.Zip(Compose([.. open.Select(i => composed[i])])))
            {
                composed[i] = text;
            }
        }
        return composed;
    }

    /// <summary>Whether it is certain at a glance: nothing in it could be part of a composed character, nor stand for another one.</summary>
    private static bool IsComposed(string text) => !text.AsSpan().ContainsAnyInRange(FirstMark, char.MaxValue) || text.EnumerateRunes().All(IsComposed);

    private static bool IsComposed(Rune rune) => rune.Value is < FirstMark or (>= 0x2010 and <= 0x20BF) or (>= 0x3000 and <= 0x3029) or (>= 0x3041 and <= 0x9FFF and not (0x3099 or 0x309A)) or (>= 0xAC00 and <= 0xD7A3) or (>= 0x0400 and <= 0x052F and not (>= 0x0483 and <= 0x0487)) or (>= 0xFF00 and <= 0xFFEF)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.Surrogate;

    private static List<string> Compose(IReadOnlyList<string> texts)
    {
        duckDb ??= new DuckDb();
        try
        {
            // NUL ends a statement, and is in no text that has accents to compose.
            return [.. duckDb.Rows($"SELECT nfc_normalize(text) FROM (VALUES {string.Join(", ", texts.Select((text, i) => $"({i}, {Sql.Text(text.Contains('\0') ? "" : text)})"))}) AS texts(place, text) ORDER BY place").Select((row, i) => texts[i].Contains('\0') ? texts[i] : row[0] ?? texts[i])];
        }
        catch (DuckDbException)
        {
            return [.. texts];
        }
    }
}
