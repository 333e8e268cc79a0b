using System.Numerics.Tensors;
using System.Text;
using ParquetPool.Texts;

namespace ParquetPool.Trainer.Sources;

/// <summary>A text as a vector: its <see cref="TextGrams"/>, hashed.</summary>
/// <remarks>
/// The hashing trick of Weinberger et al. (2009): each gram adds ±1 at a place, sign and place from its FNV-1a hash, and the vector
/// is scaled to length 1. A text without grams is all zeros.
/// </remarks>
internal static class HashedText
{
    private const ulong Offset = 14695981039346656037; // FNV-1a, 64 bits.
    private const ulong Prime = 1099511628211;

    /// <summary>The rows' texts become their features; of one that can be written in several ways all are the same features.</summary>
    /// <returns>How many distinct features the texts have, all together.</returns>
    public static long Fill(SourceRows rows, int count, TextGramKind kind)
    {
        var (width, distinct) = (rows.Features.Length / rows.Capacity, 0L);
        foreach (var (row, text) in ComposedText.Of(rows.Texts[..count]).Index())
        {
            var features = rows.Features.AsSpan(row * width, width);
            features.Clear();
            distinct += Fill(text, kind, features);
        }
        return distinct;
    }

    /// <summary>Adds the text's vector to <paramref name="features"/>, which is zero.</summary>
    /// <returns>The places that are not zero: how many distinct features the text has.</returns>
    public static int Fill(string text, TextGramKind kind, Span<float> features)
    {
        foreach (var gram in TextGrams.Of(text, kind))
        {
            Add(gram, features);
        }
        var length = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(features));
        var distinct = 0;
        for (var i = 0; length > 0 && i < features.Length; i++)
        {
            distinct += features[i] == 0 ? 0 : 1;
            features[i] = (float)(features[i] / length);
        }
        return distinct;
    }

    private static void Add(string gram, Span<float> features)
    {
        var hash = Offset;
        foreach (var value in Encoding.UTF8.GetBytes(gram))
        {
            hash = (hash ^ value) * Prime;
        }
        hash ^= hash >> 33; // The low bits of FNV mix badly.
        features[(int)(hash % (ulong)features.Length)] += hash >> 63 == 0 ? 1 : -1;
    }
}
