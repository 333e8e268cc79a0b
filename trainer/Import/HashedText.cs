using System.Text;

namespace ParquetPool.Trainer.Import;

/// <summary>A text as a vector: its words and pairs of neighbouring words, hashed.</summary>
/// <remarks>
/// The hashing trick of Weinberger et al. (2009): each word or pair adds ±1 at a place, sign and place from its FNV-1a hash, and the vector
/// is scaled to length 1. A word is a run of letters, digits and apostrophes, in lower case. A text without words is all zeros.
/// </remarks>
internal static class HashedText
{
    private const ulong Offset = 14695981039346656037; // FNV-1a, 64 bits.
    private const ulong Prime = 1099511628211;

    /// <summary>Adds the text's vector to <paramref name="features"/>, which is zero.</summary>
    public static void Fill(string text, Span<float> features)
    {
        var previous = "";
        foreach (var word in Words(text))
        {
            Add(word, features);
            if (previous.Length > 0)
            {
                Add($"{previous} {word}", features);
            }
            previous = word;
        }
        var length = Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(features));
        for (var i = 0; length > 0 && i < features.Length; i++)
        {
            features[i] = (float)(features[i] / length);
        }
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

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var c in text.Normalize().ToLowerInvariant().Append(' '))
        {
            if (char.IsLetterOrDigit(c) || c == '\'')
            {
                word.Append(c);
            }
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }
    }
}
