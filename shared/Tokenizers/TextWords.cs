using System.Globalization;
using System.Text;
using ParquetPool.Grams;
using ParquetPool.Texts;

namespace ParquetPool.Tokenizers;

/// <summary>The words of texts, in lower case: runs of letters, their marks, digits and apostrophes. Where a script puts no spaces between words, every character is one.</summary>
public static class TextWords
{
    // A text of words that differ without end (numbers, names) must not fill the memory.
    private const int MostKnown = 1 << 20;

    /// <summary>The words of one text in their order.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var (words, word) = (new List<string>(), new StringBuilder());
        foreach (var rune in ComposedText.Of([ITokenizer.Whole(text)])[0].ToLowerInvariant().EnumerateRunes())
        {
            var isUnspaced = UnspacedScript.Has(rune);
            if (!isUnspaced && (Rune.IsLetterOrDigit(rune) || rune.Value == '\'' || (IsMark(rune) && word.Length > 0)))
            {
                word.Append(rune);
                continue;
            }
            End();
            if (isUnspaced)
            {
                words.Add(rune.ToString());
            }
        }
        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>The most frequent words of texts, those that stand once left out, most frequent first and then by their characters.</summary>
    /// <remarks>Where more than a million words are known, those that have stood once so far are forgotten.</remarks>
    /// <param name="texts">Read once.</param>
    public static IReadOnlyList<string> MostFrequent(IEnumerable<string> texts, int most)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var word in texts.SelectMany(Of))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
            if (counts.Count > MostKnown)
            {
                foreach (var rare in counts.Where(count => count.Value == 1).Select(count => count.Key).ToList())
                {
                    counts.Remove(rare);
                }
            }
        }
        return [.. counts.Where(count => count.Value > 1).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Take(most).Select(count => count.Key)];
    }

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
