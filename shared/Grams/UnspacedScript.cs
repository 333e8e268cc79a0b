using System.Globalization;
using System.Text;

namespace ParquetPool.Grams;

/// <summary>Scripts that put no spaces between words: those of Unicode's annex 29 for which word boundaries need a dictionary, Han and kana, and pictures such as emoji.</summary>
public static class UnspacedScript
{
    private static readonly (int From, int To)[] Blocks =
    [
        (0x0E00, 0x0EFF), // Thai, Lao
        (0x0F00, 0x0FFF), // Tibetan
        (0x1000, 0x109F), // Burmese
        (0x1780, 0x17FF), // Khmer
        (0x1950, 0x19FF), // Tai Le, New Tai Lue, signs of Khmer
        (0x1A20, 0x1AAF), // Tai Tham
        (0x2E80, 0x2FDF), // Han, its radicals
        (0x3005, 0x3007),
        (0x3021, 0x303B),
        (0x3041, 0x312F), // Hiragana, Katakana, Bopomofo
        (0x31A0, 0x31FF),
        (0x3400, 0x4DBF), // Han
        (0x4E00, 0x9FFF),
        (0xA000, 0xA4CF), // Yi
        (0xA980, 0xA9FF), // Javanese, more of Burmese
        (0xAA60, 0xAADF),
        (0xF900, 0xFAFF), // Han, compatible forms
        (0xFF66, 0xFF9F), // Katakana of half the width
        (0x1AFF0, 0x1B16F), // More of kana
        (0x20000, 0x3FFFF), // More of Han
    ];

    /// <summary>Whether a character stands for itself or a part of a word, and no space tells which.</summary>
    public static bool Has(Rune rune) =>
        (Array.Exists(Blocks, block => rune.Value >= block.From && rune.Value <= block.To) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.OtherPunctuation or UnicodeCategory.DecimalDigitNumber))
        || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherSymbol;
}
