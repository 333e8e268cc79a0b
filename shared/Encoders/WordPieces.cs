using FastBertTokenizer;
using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Encoders;

/// <summary>Texts as the numbers of their word pieces, as BERT's tokenizer cuts them.</summary>
internal sealed class WordPieces : ITokenizer
{
    internal const string Unknown = "[UNK]";
    internal const string First = "[CLS]";
    internal const string Last = "[SEP]";
    internal const string Mask = "[MASK]";
    internal const string Padding = "[PAD]";

    /// <summary>Pieces that are no text.</summary>
    internal static readonly IReadOnlyList<string> Marks = [Unknown, First, Last, Padding];

    private readonly BertTokenizer tokenizer = new();
    private readonly bool bare;
    private readonly long[] tokens;
    private readonly long[] attention;

    /// <param name="maxTokens">Of a text.</param>
    /// <exception cref="DataException">The word pieces are none.</exception>
    public WordPieces(Vocabulary vocabulary, int maxTokens)
    {
        (bare, tokens, attention) = (vocabulary.Lowercase, new long[maxTokens], new long[maxTokens]);
        try
        {
            tokenizer.LoadVocabulary(new StringReader(string.Join('\n', vocabulary.Pieces)), vocabulary.Lowercase, Unknown, First, Last, Padding);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new DataException($"{vocabulary.Path}: not the word pieces of a BERT ({e.Message.TrimEnd('.')}): fetch it again", e);
        }
    }

    public long[] Of(string text)
    {
        var whole = ITokenizer.Whole(text);
        var count = tokenizer.Encode(bare ? BareText.Of(whole) : whole, tokens, attention);
        return tokens[..count];
    }

    public void Dispose()
    {
    }
}
