using System.Security.Cryptography;
using System.Text;

namespace ParquetPool.Exports;

/// <summary>A fingerprint of a text that people were shown: whether a label's row is the one that the pool has under its id.</summary>
public static class ShownText
{
    private const int Digits = 16;

    /// <summary>The characters that count: a longer text is cut.</summary>
    public const int Length = 500;

    /// <summary>Sixteen hexadecimal digits; empty for no text. Space does not count.</summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "";
        }
        var letters = string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c != '\uFEFF').Take(Length));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(letters)))[..Digits];
    }
}
