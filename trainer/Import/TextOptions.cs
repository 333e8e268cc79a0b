using System.CommandLine;
using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

/// <summary>The options of an import of texts.</summary>
internal static class TextOptions
{
    private const string NoEncoder = "none";

    internal static readonly Option<string[]> Texts = new("--texts")
    {
        Description = "Files with a column of texts (CSV, JSON lines, Parquet, Arrow), or folders of them; their rows follow one another. Column 'id' is the id. The column 'split' is told by the files' and folders' names (train, validation, test and their kin). Rows without a text are counted and listed in NAME-rejects.csv.",
        HelpName = "PATH...",
        AllowMultipleArgumentsPerToken = true,
    };

    internal static readonly Option<string> Encoder = new("--encoder")
    {
        Description = "Also writes the column 'embedding': what a model makes of each text or picture, for classifiers (trainer train --features embedding) and audits of pictures. minilm for texts, resnet18 for pictures (both in builds with -p:Encoders=true), an ONNX file that has an encoder.json beside it, or none. The hashed n-grams of texts stay in 'features', which audits compare.",
        HelpName = "minilm|resnet18|FILE.onnx|none",
        DefaultValueFactory = _ => NoEncoder,
    };

    internal static readonly Option<string?> Tokens = new("--tokens")
    {
        Description = "Also writes the column 'tokens', the texts as token ids, for sequences and language models (--network awd-lstm or sequence): 'words' learns a vocabulary of the texts' own most frequent words, which the shards and models trained on them keep; a model or a pool brings the vocabulary that it has, which new texts must have to be scored. minilm, a vocab.txt, a tokenizer.json or an encoder's ONNX file cut into word pieces.",
        HelpName = "words|MODEL|POOL|minilm|FILE",
    };

    internal static readonly Option<int?> Vocabulary = new("--vocabulary")
    {
        Description = $"With --tokens words: the most words, by default {TokenOptions.DefaultMostWords}; those that stand once are never among them.",
        HelpName = "N",
    };

    internal static readonly Option<int?> MaxTokens = new("--max-tokens")
    {
        Description = $"With --tokens: ids of a row, by default {TokenOptions.DefaultMaxTokens} or as many as the model or pool has; longer texts are cut, short ones filled up.",
        HelpName = "N",
    };

    internal static TokenOptions? TokensOf(ParseResult parse)
    {
        var (most, max) = (parse.GetValue(Vocabulary), parse.GetValue(MaxTokens));
        if (parse.GetValue(Tokens) is { } from)
        {
            return new(from) { MostWords = most, MaxTokens = max };
        }
        UsageException.ThrowUnless(most is null && max is null, "--vocabulary and --max-tokens go with --tokens: give --tokens words");
        return null;
    }

    internal static string? EncoderOf(ParseResult parse) => parse.GetValue(Encoder) is { } name && name != NoEncoder ? name : null;
}
