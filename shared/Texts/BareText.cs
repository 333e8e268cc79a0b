using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ParquetPool.Engine;

namespace ParquetPool.Texts;

/// <summary>Texts decomposed (Unicode's form D) and without the marks that take no room, so that é is e: by DuckDB, for .NET without ICU leaves texts as they are.</summary>
internal static class BareText
{
    // Hangul syllables are made of letters by a rule (Unicode 3.12).
    private const int FirstSyllable = 0xAC00;
    private const int LastSyllable = 0xD7A3;
    private const int Vowels = 21;
    private const int Finals = 28;

    private static readonly ConcurrentDictionary<Rune, string> Known = new();
    private static readonly Lock Gate = new();
    private static DuckDb? duckDb;

    /// <summary>The text so; as it is where it is ASCII.</summary>
    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }
        Learn([.. text.EnumerateRunes().Where(rune => IsOpen(rune) && !Known.ContainsKey(rune)).Distinct()]);
        var bare = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            bare.Append(Of(rune));
        }
        return bare.ToString();
    }

    private static string Of(Rune rune) =>
        rune.IsAscii ? rune.ToString()
        : rune.Value is >= FirstSyllable and <= LastSyllable ? Letters(rune.Value - FirstSyllable)
        : Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? ""
        : Known.GetValueOrDefault(rune) ?? rune.ToString();

    private static string Letters(int syllable)
    {
        var letters = $"{(char)(0x1100 + (syllable / Finals / Vowels))}{(char)(0x1161 + (syllable / Finals % Vowels))}";
        return syllable % Finals == 0 ? letters : $"{letters}{(char)(0x11A7 + (syllable % Finals))}";
    }

    /// <summary>Whether a character may be made of others, which no rule tells.</summary>
    private static bool IsOpen(Rune rune) => !rune.IsAscii && rune.Value is < FirstSyllable or > LastSyllable && (Rune.IsLetter(rune) || Rune.IsSymbol(rune));

    private static void Learn(IReadOnlyList<Rune> runes)
    {
        if (runes.Count == 0)
        {
            return;
        }
        lock (Gate)
        {
            duckDb ??= new DuckDb();
            var rows = duckDb.Rows($"SELECT strip_accents(text) FROM (VALUES {string.Join(", ", runes.Select((rune, i) => $"({i}, {Sql.Text(rune.ToString())})"))}) AS texts(place, text) ORDER BY place");
            foreach (var (rune, row) in runes.Zip(rows.ToList()))
            {
                Known[rune] = row[0] is { Length: > 0 } bare ? bare : rune.ToString();
            }
        }
    }
}
