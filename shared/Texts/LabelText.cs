using System.Globalization;
using System.Net;
using System.Text;

namespace ParquetPool.Texts;

/// <summary>The one spelling of a label or an id, whatever program wrote it.</summary>
/// <remarks>
/// <c>3.0</c> is 3, as pandas writes an integer column with gaps; <c>True</c> and <c>TRUE</c> are true; space around a name, zero-width characters, no-break
/// spaces, decomposed accents and quotes that a table's reader left around it (<c>"cat"</c> behind a space, a spreadsheet's <c>="17"</c>) are no part of it.
/// <c>nan</c> and its like are no label.
/// </remarks>
public static class LabelText
{
    private const long LargestExact = 1L << 53; // Of integers beyond it a double holds only some.
    private const int MostExponent = 15;
    private const string FastText = "__label__";
    private static readonly HashSet<string> Nothing = new(StringComparer.OrdinalIgnoreCase)
    {
        "nan", "-nan", "+nan", "<na>", "nat", "#n/a", "#na", "#n/a n/a", "\\N", "1.#qnan", "-1.#ind", "1.#ind", "-1.#qnan", "(null)", "<null>", "#null!", "#value!", "#ref!", "#name?", "#div/0!",
    };

    private static readonly HashSet<string> Perhaps = new(StringComparer.Ordinal) { "None", "NULL", "null", "Null", "NA", "N/A", "n/a" };

    /// <summary>Whether a word says that there is no value, in some program, and may be a class in another: <c>None</c>, <c>NULL</c>, <c>NA</c>.</summary>
    public static bool IsAbsence(string label) => Perhaps.Contains(label);

    /// <summary>The label's spelling; null where it is none.</summary>
    public static string? Read(string? text)
    {
        if (text is null)
        {
            return null;
        }
        var clean = Bare(IsPlain(text) ? text : Clean(text));
        return clean.Length == 0 || Nothing.Contains(clean) ? null
            : clean.Length is 4 or 5 && bool.TryParse(clean, out var flag) ? (flag ? "true" : "false")
            : char.IsAsciiDigit(clean[^1]) || clean[^1] == '.' ? Whole(clean) ?? Fraction(clean) ?? clean
            : clean;
    }

    /// <summary>The id's spelling: without space or quotes around it, an integer without decimals where none of its digits can have been lost.</summary>
    public static string Id(string text)
    {
        var clean = Bare(IsPlain(text) ? text : Composed(Trimmed(text)));
        if (clean is ['\'', _, ..] && clean.AsSpan(1).ContainsAnyExceptInRange('0', '9') == false)
        {
            return clean[1..]; // As a spreadsheet keeps a number as text.
        }
        if (clean.IndexOf(',') is > 0 and var comma && clean.Length - comma - 1 is > 0 and not 3 && clean.AsSpan(0, comma).ContainsAnyExceptInRange('0', '9') == false && clean.AsSpan(comma + 1).ContainsAnyExcept('0') == false)
        {
            clean = $"{clean[..comma]}.{clean[(comma + 1)..]}"; // A decimal comma; before three digits it may as well part thousands.
        }
        return clean.Length > 0 && (char.IsAsciiDigit(clean[^1]) || clean[^1] == '.') && clean.AsSpan().ContainsAny('.', 'e', 'E') ? Whole(clean) ?? clean : clean;
    }

    /// <summary>The same for names of one class: capitals, quotes, dashes, HTML's escapes and fastText's <c>__label__</c> aside; a single letter is itself, for there are classes of letters.</summary>
    public static string Key(string label)
    {
        var key = new StringBuilder(label.Length);
        foreach (var c in Unwrapped(label))
        {
            key.Append(c switch
            {
                '\u2018' or '\u2019' or '\u02BC' => '\'',
                '\u201C' or '\u201D' => '"',
                >= '\u2010' and <= '\u2015' => '-',
                _ => c,
            });
        }
        key.Replace("\u200C", "").Replace("\u200D", "");
        var text = key.ToString();
        return text.Count(char.IsLetter) > 1 ? text.ToUpperInvariant().ToLowerInvariant()
            : text.Length > 1 && text[0] == '+' && text.AsSpan(1).ContainsAnyExceptInRange('0', '9') == false ? text[1..]
            : text;
    }

    /// <summary>The name without fastText's mark and HTML's escapes.</summary>
    public static string Unwrapped(string label)
    {
        label = label.StartsWith(FastText, StringComparison.Ordinal) && label.Length > FastText.Length ? label[FastText.Length..] : label;
        return label.Contains('&') && label.Contains(';') ? WebUtility.HtmlDecode(label) : label;
    }

    /// <summary>The text without the quotes around it.</summary>
    private static string Bare(string text) =>
        (text is ['=', '"', _, .., '"'] ? text[2..^1] : text is ['"', _, .., '"'] ? text[1..^1] : null) is { } inner && !inner.Contains('"') && inner.Trim() is { Length: > 0 } bare ? bare : text;

    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (c is <= ' ' or >= '\u007F')
            {
                return false;
            }
        }
        return true;
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in Trimmed(text))
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                clean.Append(clean.Length > 0 && clean[^1] != ' ' ? " " : "");
            }
            else if (!IsUnseen(c))
            {
                clean.Append(c);
            }
        }
        return Composed(clean.ToString().Trim());
    }

    private static string Trimmed(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && IsEdge(text[start]))
        {
            start++;
        }
        while (end > start && IsEdge(text[end - 1]))
        {
            end--;
        }
        return text[start..end];

        static bool IsEdge(char c) => char.IsWhiteSpace(c) || char.IsControl(c) || IsUnseen(c) || c is '\u200C' or '\u200D';
    }

    /// <summary>Takes no place in any script: zero-width spaces, byte order marks, soft hyphens, marks of direction.</summary>
    private static bool IsUnseen(char c) => c is '\u200B' or '\uFEFF' or '\u2060' or '\u00AD' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static string Composed(string text) =>
        text.Any(c => c >= '\u0300' && char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark) || text.Any(c => c is >= '\u1100' and <= '\u11FF')
            ? ComposedText.Of(text)
            : text;

    /// <summary>The integer that a number with a point or an exponent states to its last digit; null where it states none.</summary>
    private static string? Whole(string text)
    {
        var digits = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        var e = digits.IndexOfAny('e', 'E');
        var mantissa = e < 0 ? digits : digits[..e];
        var point = mantissa.IndexOf('.');
        if (point <= 0 && e < 0 || mantissa.IsEmpty || point == 0)
        {
            return null; // An integer as it is, or a name.
        }
        var whole = point < 0 ? mantissa : mantissa[..point];
        var decimals = point < 0 ? default : mantissa[(point + 1)..];
        var exponent = 0;
        if (whole.ContainsAnyExceptInRange('0', '9') || decimals.ContainsAnyExceptInRange('0', '9')
            || (e >= 0 && !(int.TryParse(digits[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) && (point > 0 || digits[e + 1] is '+' or '-')))
            || exponent is < 0 or > MostExponent || decimals.Length < exponent || decimals[exponent..].ContainsAnyExcept('0'))
        {
            return null;
        }
        var number = $"{whole}{decimals[..exponent]}";
        number = e >= 0 && number.TrimStart('0') is var lean ? (lean.Length == 0 ? "0" : lean) : number;
        return number.Length > MostExponent + 1 || (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > LargestExact) ? null
            : text[0] == '-' && number.AsSpan().ContainsAnyExcept('0') ? $"-{number}"
            : number;
    }

    /// <summary>A number with an exponent, which a double was written with, as people write it.</summary>
    private static string? Fraction(string text) =>
        text.AsSpan().IndexOfAny('e', 'E') is > 0 and var e && e + 1 < text.Length && text[e + 1] is '+' or '-'
            && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number.ToString("0.############################", CultureInfo.InvariantCulture)
            : null;
}
