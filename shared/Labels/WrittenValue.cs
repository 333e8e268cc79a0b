using System.Text;
using System.Text.RegularExpressions;

namespace ParquetPool.Labels;

/// <summary>A label that a program printed as a value of its own and not as its text: <c>b'cat'</c>, <c>('cat',)</c>, <c>['cat']</c>, <c>np.str_('cat')</c>, <c>tensor([3])</c>.</summary>
internal static partial class WrittenValue
{
    private const string Quotes = "'\"";

    /// <summary>The names in it; null where it is no such value, as <c>[sic]</c>, <c>(other)</c> or <c>'tis</c> are none.</summary>
    public static IReadOnlyList<string>? Names(string text)
    {
        text = text.Trim();
        if (Quoted().Match(text) is { Success: true } quoted)
        {
            var inner = quoted.Groups["text"].Value;
            return (quoted.Groups["kind"].Value is "b" or "B" ? OfBytes(inner) : inner.Contains('\\') ? null : inner) is { } name ? [name] : null;
        }
        if (Call().Match(text) is { Success: true } call)
        {
            var arguments = Items(call.Groups["inner"].Value, ',').Where(a => !Named().IsMatch(a)).ToList();
            return arguments is [var only] ? Names(only) ?? (IsWord(only) ? [only] : null) : null;
        }
        if (Chosen().Match(text) is { Success: true } chosen)
        {
            return Names(chosen.Groups["inner"].Value);
        }
        if (text is not (['[', .., ']'] or ['(', .., ')'] or ['{', .., '}']) || Items(text[1..^1], ',') is not { Count: > 0 } items)
        {
            return null;
        }
        var isOfOne = text[0] == '(' && items.Count == 1 && text[^2] != ','; // (3) is no tuple.
        items = items.Count == 1 && text[0] == '[' && Names(items[0]) is null ? Items(items[0], ' ') : items; // NumPy leaves commas out.
        var names = items.Select(item => Names(item) ?? (IsWord(item) && !isOfOne ? [item.Trim()] : null)).ToList();
        return names.All(of => of is not null) ? [.. names.SelectMany(of => of!)] : null;
    }

    private static bool IsWord(string item) => Word().IsMatch(item.Trim());

    /// <summary>What stands between separators that no bracket and no quote holds.</summary>
    private static List<string> Items(string text, char separator)
    {
        var (items, depth, start, quote) = (new List<string>(), 0, 0, '\0');
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : separator;
            if (i == text.Length || (depth == 0 && quote == '\0' && c == separator))
            {
                items.Add(text[start..i]);
                start = i + 1;
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (Quotes.Contains(c))
            {
                quote = c;
            }
            else
            {
                depth += c is '[' or '(' or '{' ? 1 : c is ']' or ')' or '}' ? -1 : 0;
            }
        }
        return [.. items.Where(item => !string.IsNullOrWhiteSpace(item))];
    }

    /// <summary>The text whose UTF-8 is printed, bytes beyond ASCII as <c>\xc3</c>; null where it is none.</summary>
    private static string? OfBytes(string printed)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < printed.Length; i++)
        {
            if (printed[i] != '\\')
            {
                bytes.Add((byte)printed[i]);
            }
            else if (i + 3 < printed.Length && printed[i + 1] == 'x' && byte.TryParse(printed.AsSpan(i + 2, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value))
            {
                bytes.Add(value);
                i += 3;
            }
            else
            {
                return null;
            }
        }
        try
        {
            return printed.Any(c => c > '~') ? null : new UTF8Encoding(false, throwOnInvalidBytes: true).GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [GeneratedRegex("""^(?<kind>[bBuU]?)('(?<text>[^']+)'|"(?<text>[^"]+)")$""", RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^((np|numpy|torch|tf|jnp)\.[A-Za-z0-9_.]+|array|tensor|Tensor|frozenset|set|list|tuple)\((?<inner>.+)\)$", RegexOptions.NonBacktracking)]
    private static partial Regex Call();

    [GeneratedRegex(@"^\{'(choices|rating)':(?<inner>.+)\}$", RegexOptions.NonBacktracking)]
    private static partial Regex Chosen();

    [GeneratedRegex(@"^\s*[A-Za-z_]+=", RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    [GeneratedRegex(@"^([-+]?[0-9]+\.?[0-9]*([eE][-+]?[0-9]+)?|nan|None|True|False)$", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
