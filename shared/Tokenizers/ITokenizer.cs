using System.Text;
using ParquetPool.Errors;

namespace ParquetPool.Tokenizers;

/// <summary>Texts as the numbers of a model's tokens.</summary>
internal interface ITokenizer : IDisposable
{
    /// <summary>The text's numbers, with those that the model wants before and behind; a lone surrogate counts as nothing.</summary>
    /// <exception cref="DataException">The text has characters for which there is no token, not even one for what is unknown.</exception>
    long[] Of(string text);

    /// <summary>The text without lone surrogates.</summary>
    static string Whole(string text)
    {
        if (!text.Any(char.IsSurrogate))
        {
            return text;
        }
        var whole = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                whole.Append(text, i++, 2);
            }
            else if (!char.IsSurrogate(text[i]))
            {
                whole.Append(text[i]);
            }
        }
        return whole.ToString();
    }
}
