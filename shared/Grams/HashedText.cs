using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Contract;
using ParquetPool.Texts;

namespace ParquetPool.Grams;

/// <summary>A text as a vector: its <see cref="TextGrams"/>, hashed.</summary>
/// <remarks>
/// The hashing trick of Weinberger et al. (2009): each gram adds ±1 at a place, sign and place from its FNV-1a hash, and the vector
/// is scaled to length 1. A text without grams is all zeros.
/// </remarks>
public static class HashedText
{
    private const ulong Offset = 14695981039346656037; // FNV-1a, 64 bits.
    private const ulong Prime = 1099511628211;

    /// <summary>What the footer says of a column of such vectors.</summary>
    /// <param name="width">Numbers of a vector.</param>
    public static EncodedColumn Column(TextGramKind kind, int width)
    {
        var name = EncodedColumn.Hashed + (kind == TextGramKind.Words ? "words" : "characters");
        return new(name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}, {width}, 1"))));
    }

    /// <summary>The grams that such a column was made of; null where another encoder made it.</summary>
    public static TextGramKind? KindOf(EncodedColumn column) =>
        Enum.GetValues<TextGramKind>().Select(kind => (TextGramKind?)kind).FirstOrDefault(kind => Column(kind!.Value, 0).Encoder == column.Encoder);

    /// <summary>Adds a text's vector to <paramref name="vector"/>, which is zero.</summary>
    /// <param name="text">In Unicode's form C: see <see cref="ComposedText"/>.</param>
    /// <returns>How many of the places are not zero: how many distinct features the text has.</returns>
    public static int Fill(string text, TextGramKind kind, Span<float> vector)
    {
        foreach (var gram in TextGrams.Of(text, kind))
        {
            Add(gram, vector);
        }
        var length = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(vector));
        var distinct = 0;
        for (var i = 0; length > 0 && i < vector.Length; i++)
        {
            distinct += vector[i] == 0 ? 0 : 1;
            vector[i] = (float)(vector[i] / length);
        }
        return distinct;
    }

    private static void Add(string gram, Span<float> vector)
    {
        var hash = Offset;
        foreach (var value in Encoding.UTF8.GetBytes(gram))
        {
            hash = (hash ^ value) * Prime;
        }
        hash ^= hash >> 33; // The low bits of FNV mix badly.
        vector[(int)(hash % (ulong)vector.Length)] += hash >> 63 == 0 ? 1 : -1;
    }
}
