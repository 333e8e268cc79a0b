using System.Security.Cryptography;
using System.Text;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Tokenizers;

namespace ParquetPool.Encoders;

/// <summary>Texts to rows of token ids, all of the same length. One call at a time.</summary>
public sealed class TextTokens : IDisposable
{
    /// <summary>The name of a vocabulary that is learnt from the texts.</summary>
    public const string OwnWords = WordList.OwnWords;

    private readonly string prefix;
    private readonly TokenNumbers numbers;
    private readonly ITokenizer tokenizer;
    private readonly ITokenizer longer;

    private TextTokens(TokenizerFile file, string name, int maxTokens, string prefix = "")
    {
        (this.prefix, numbers, Width) = (prefix, file.Numbers, maxTokens);
        if (numbers.Count > TokenColumn.MostTokens)
        {
            throw new DataException($"{name} has {numbers.Count:N0} tokens, expected {TokenColumn.MostTokens:N0} at most: choose another tokenizer");
        }
        Column = new TokenColumn(name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', prefix.Length == 0 ? file.Told : file.Told.Prepend($"prefix {prefix}"))))), numbers.Count, numbers.Padding) { Words = file is WordList list ? string.Join(' ', list.Words) : null };
        tokenizer = file.Open(maxTokens);
        longer = file.Open(maxTokens + 1);
    }

    /// <summary>What is to be known of a column of such ids.</summary>
    public TokenColumn Column { get; }

    /// <summary>Ids of a row.</summary>
    public int Width { get; }

    /// <summary>Texts so far.</summary>
    public long Texts { get; private set; }

    /// <summary>Texts so far that have more tokens than a row, and were cut.</summary>
    public long Cut { get; private set; }

    /// <summary>Tokens so far that no text was filled up with, and those of them that stand for what the vocabulary lacks.</summary>
    public (long All, long Unknown) Seen { get; private set; }

    /// <summary>The vocabulary of <c>minilm</c>, of an encoder's ONNX file, a <c>vocab.txt</c> or a <c>tokenizer.json</c>.</summary>
    /// <exception cref="UsageException">This build has no such encoder.</exception>
    /// <exception cref="DataException">A file is missing or no tokenizer.</exception>
    public static TextTokens Open(string name, int maxTokens) =>
        TextEncoder.IsBuiltIn(name) || name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? Of(EncoderFiles.Read(name), maxTokens) : new(AsWritten(TokenizerFile.Read(name, lowercase: true), name), name, maxTokens);

    /// <summary>A <c>vocab.txt</c> does not say whether texts keep their capitals, but has some itself where they do.</summary>
    private static TokenizerFile AsWritten(TokenizerFile file, string name) => file is Vocabulary { IsCased: true } cased && !name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? cased with { Lowercase = false } : file;

    /// <summary>The vocabulary of an encoder, whose prefix stands before every text.</summary>
    internal static TextTokens Of(EncoderFiles files, int maxTokens) => new(files.Tokenizer, files.Name, maxTokens, files.Spec.Prefix);

    /// <summary>A vocabulary of words, most frequent first.</summary>
    public static TextTokens OfWords(IReadOnlyList<string> words, int maxTokens) => new(new WordList(words), OwnWords, maxTokens);

    /// <summary>The vocabulary that made a column.</summary>
    /// <param name="beside">A folder in which <see cref="EncoderParts.Lay"/> may have laid the tokenizer: then the one of then is not needed.</param>
    /// <exception cref="DataException">Its tokenizer is gone, or another by now.</exception>
    public static TextTokens Of(TokenColumn made, int maxTokens, string? beside = null)
    {
        var spec = Path.Combine(beside ?? "", EncoderSpec.FileName);
        var said = made.Words is null && beside is not null && Path.Exists(spec) ? EncoderSpec.Read(spec) : null;
        var tokens = made.Words is { } words ? OfWords(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), maxTokens)
            : said is not null ? new(TokenizerFile.Read(Path.Combine(beside!, said.Tokenizer), said.Lowercase), made.Tokenizer, maxTokens, said.Prefix)
            : Open(made.Tokenizer, maxTokens);
        if (tokens.Column.Sha256 == made.Sha256)
        {
            return tokens;
        }
        tokens.Dispose();
        throw new DataException($"{(said is null ? made.Tokenizer : Path.Combine(beside!, said.Tokenizer))} is another tokenizer than that of the token ids which are to be matched{(said is null ? "" : $", or {spec} says another prefix or case")}: lay the one of then back");
    }

    /// <summary>Writes the texts' ids, short ones filled up.</summary>
    /// <param name="ids">[text * <see cref="Width"/> + place].</param>
    /// <exception cref="DataException">A text has characters for which there is no token.</exception>
    public void Encode(ReadOnlySpan<string> texts, Span<float> ids)
    {
        for (var text = 0; text < texts.Length; text++)
        {
            var tokens = tokenizer.Of(prefix + texts[text]);
            var row = ids.Slice(text * Width, Width);
            row.Fill(numbers.Padding);
            for (var place = 0; place < tokens.Length; place++)
            {
                row[place] = tokens[place];
            }
            Cut += tokens.Length == Width && longer.Of(prefix + texts[text]).Length > Width ? 1 : 0;
            Seen = (Seen.All + tokens.Length, Seen.Unknown + tokens.Count(token => token == numbers.Unknown));
        }
        Texts += texts.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        tokenizer.Dispose();
        longer.Dispose();
    }
}
