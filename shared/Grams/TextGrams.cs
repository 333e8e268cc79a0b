using System.Globalization;
using System.Text;

namespace ParquetPool.Grams;

/// <summary>The pieces of a text that its vector counts, in lower case.</summary>
/// <remarks>
/// A word is a run of letters, their marks, digits and apostrophes. Words and pairs of neighbouring words are grams. Where a script puts no
/// spaces between words (<see cref="UnspacedScript"/>), every run of one to three of its characters is a gram instead, whatever spaces
/// stand between them. <see cref="TextGramKind.Characters"/>: every run of two to four characters, blanks as one.
/// </remarks>
public static class TextGrams
{
    private const int LongestUnspaced = 3;
    private const int ShortestCharacters = 2;
    private const int LongestCharacters = 4;

    /// <summary>The grams in the order of the text, each as often as it stands there.</summary>
    /// <param name="text">In Unicode's form C, or else accents are grams of their own.</param>
    public static IEnumerable<string> Of(string text, TextGramKind kind)
    {
        var plain = Plain(text);
        return kind == TextGramKind.Characters ? Runs(Blanked(plain), ShortestCharacters, LongestCharacters) : Words(plain);
    }

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        var run = new List<string>();
        var previous = "";
        foreach (var rune in text.EnumerateRunes().Append(new Rune('.')))
        {
            var isUnspaced = UnspacedScript.Has(rune);
            var isWord = !isUnspaced && (Rune.IsLetterOrDigit(rune) || rune.Value == '\'' || (IsMark(rune) && word.Length > 0));
            if (word.Length > 0 && !isWord)
            {
                yield return word.ToString();
                if (previous.Length > 0)
                {
                    yield return $"{previous} {word}";
                }
                previous = word.ToString();
                word.Clear();
            }
            if (isWord)
            {
                word.Append(rune);
            }
            if (isUnspaced)
            {
                run.Add(rune.ToString());
                previous = "";
            }
            else if (run.Count > 0 && !Rune.IsWhiteSpace(rune))
            {
                foreach (var gram in Runs(run, 1, LongestUnspaced))
                {
                    yield return gram;
                }
                run.Clear();
            }
        }
    }

    private static IEnumerable<string> Runs(IReadOnlyList<string> characters, int shortest, int longest)
    {
        for (var start = 0; start < characters.Count; start++)
        {
            for (var length = shortest; length <= longest && start + length <= characters.Count; length++)
            {
                yield return string.Concat(characters.Skip(start).Take(length));
            }
        }
    }

    /// <summary>The characters, blanks at both ends and one for any between.</summary>
    private static IReadOnlyList<string> Blanked(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? [] : [.. $" {string.Join(' ', words)} ".EnumerateRunes().Select(rune => rune.ToString())];
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // A lone surrogate counts as the character that stands for what cannot be read.
    private static string Plain(string text) => string.Concat(text.EnumerateRunes()).ToLowerInvariant();
}

/// <summary>What a text is cut into.</summary>
public enum TextGramKind
{
    /// <summary>Words and pairs of neighbouring words; in scripts that put no spaces between words, characters.</summary>
    Words,

    /// <summary>Characters everywhere, symbols too: typos stay near, and "C++" is not "C#".</summary>
    Characters,
}
