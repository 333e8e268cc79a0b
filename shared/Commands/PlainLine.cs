using System.Globalization;

namespace ParquetPool.Commands;

/// <summary>Makes a line for people of a text that may hold pieces of a file: without line ends, without what a terminal would obey, and of moderate length.</summary>
public static class PlainLine
{
    private const int Longest = 2_000;
    private const string Circle = "Too many levels of symbolic links :"; // The runtime's words.
    private const int End = 500; // What to do stands last.

    /// <summary>The text itself where it is such a line.</summary>
    public static string Of(string text)
    {
        var line = text.ReplaceLineEndings(" ").Replace(Circle, "a link that leads back to itself, expected a file (mend the link or remove it):", StringComparison.Ordinal);
        if (line.Length > Longest)
        {
            line = $"{line[..(Longest - End)]} … ({line.Length - Longest:N0} characters left out) … {line[^End..]}";
        }
        return line.Any(IsObeyed) ? string.Concat(line.Select(c => IsObeyed(c) ? '\uFFFD' : c)) : line;
    }

    private static bool IsObeyed(char c) => CharUnicodeInfo.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069', // Text that runs the other way.
        _ => false,
    };
}
