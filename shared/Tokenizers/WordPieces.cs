using System.Globalization;
using System.Text;
using FastBertTokenizer;
using ParquetPool.Errors;
using ParquetPool.Texts;

namespace ParquetPool.Tokenizers;

/// <summary>Texts as the numbers of their word pieces, as BERT's tokenizer cuts them.</summary>
internal sealed class WordPieces : ITokenizer
{
    internal const string Unknown = "[UNK]";
    internal const string First = "[CLS]";
    internal const string Last = "[SEP]";
    internal const string Mask = "[MASK]";
    internal const string Padding = "[PAD]";

    /// <summary>Characters of a word.</summary>
    private const int LongestWord = 100;

    /// <summary>Pieces that are no text.</summary>
    internal static readonly IReadOnlyList<string> Marks = [Unknown, First, Last, Padding];

    private readonly BertTokenizer tokenizer = new();
    private readonly List<(string Text, long Id)> marks;
    private readonly bool bare;
    private readonly long[] tokens;
    private readonly long[] attention;

    /// <param name="maxTokens">Of a text.</param>
    /// <exception cref="DataException">The word pieces are none.</exception>
    public WordPieces(Vocabulary vocabulary, int maxTokens)
    {
        (bare, tokens, attention) = (vocabulary.Lowercase, new long[maxTokens], new long[maxTokens]);
        marks = [.. vocabulary.Pieces.Index().Where(piece => piece.Item == Mask || Marks.Contains(piece.Item)).Select(piece => (piece.Item, (long)piece.Index))];
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
        if (!marks.Exists(mark => whole.Contains(mark.Text, StringComparison.Ordinal)))
        {
            return Cut(whole);
        }
        // A mark that stands in a text is that mark, as where somebody joined two texts by [SEP].
        var ids = new List<long>();
        for (var from = 0; from < whole.Length && ids.Count < tokens.Length;)
        {
            var (at, mark, id) = marks.Select(mark => (At: whole.IndexOf(mark.Text, from, StringComparison.Ordinal), mark.Text, mark.Id)).Where(found => found.At >= 0).Append((At: whole.Length, "", 0)).MinBy(found => found.At);
            ids.AddRange(Cut(whole[from..at])[1..^1]);
            ids.AddRange(mark.Length > 0 ? [id] : []);
            from = at + mark.Length;
        }
        return Marked(ids);
    }

    /// <summary>The numbers of a text without marks.</summary>
    private long[] Cut(string text)
    {
        var clean = Clean(text);
        clean = bare ? BareText.Of(clean) : clean;
        if (LongWord(clean) is not var (from, end))
        {
            return Pieces(clean);
        }
        var (ids, rest) = (new List<long>(), clean);
        for ((int From, int End)? word = (from, end); word is not null && ids.Count < tokens.Length; word = LongWord(rest))
        {
            ids.AddRange([.. Pieces(rest[..word.Value.From])[1..^1], marks.First(mark => mark.Text == Unknown).Id]);
            rest = rest[word.Value.End..];
        }
        return Marked([.. ids, .. Pieces(rest)[1..^1]]);
    }

    private long[] Pieces(string text)
    {
        var count = tokenizer.Encode(text, tokens, attention);
        return tokens[..count];
    }

    /// <summary>As many of a text's numbers as there is room for, between the first and the last mark.</summary>
    private long[] Marked(List<long> ids)
    {
        var ends = Pieces("");
        return [ends[0], .. ids.Take(tokens.Length - 2), ends[1]];
    }

    /// <summary>Where the first word lies that is too long to be cut, and unknown as a whole; null where there is none.</summary>
    private static (int From, int End)? LongWord(string text)
    {
        var (from, length, at) = (0, 0, 0);
        foreach (var rune in (text.Length > LongestWord ? text : "").EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsPunctuation(rune) || (rune.IsAscii && Rune.IsSymbol(rune)) || IsHan(rune))
            {
                if (length > LongestWord)
                {
                    return (from, at);
                }
                (from, length) = (at + rune.Utf16SequenceLength, -1);
            }
            (length, at) = (length + 1, at + rune.Utf16SequenceLength);
        }
        return length > LongestWord ? (from, at) : null;
    }

    public void Dispose()
    {
    }

    /// <summary>The text without what nobody sees (soft hyphens, joiners, byte order marks, characters that a reader could not decode), which would make a word unknown; and with blanks around the Han beyond 16 bits, each of which is a word.</summary>
    private static string Clean(string text)
    {
        if (!text.Any(c => char.IsSurrogate(c) || IsUnseen(new Rune(c))))
        {
            return text;
        }
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes().Where(rune => !IsUnseen(rune)))
        {
            clean.Append(IsFarHan(rune) ? $" {rune} " : rune.ToString());
        }
        return clean.ToString();
    }

    private static bool IsUnseen(Rune rune) => rune.Value is not ('\t' or '\n' or '\r')
        && (rune.Value is 0 or 0xFFFD || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse);

    private static bool IsHan(Rune rune) => rune.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF) || IsFarHan(rune);

    private static bool IsFarHan(Rune rune) => rune.Value is (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);
}
