using ParquetPool.Contract;
using ParquetPool.Encoders;
using ParquetPool.Errors;
using ParquetPool.Shards;
using ParquetPool.Tokenizers;

namespace ParquetPool.Trainer.Import;

/// <summary>How the column <c>tokens</c> is made of texts.</summary>
/// <param name="From"><c>words</c> for a vocabulary of the texts' own words, <c>minilm</c>, a <c>vocab.txt</c>, a <c>tokenizer.json</c>, an encoder's ONNX file, or a model or pool whose ids are to be matched.</param>
internal sealed record TokenOptions(string From)
{
    public const int DefaultMostWords = 10_000;
    public const int DefaultMaxTokens = 64;
    private static readonly string[] Files = [".txt", ".json", ".onnx"];

    /// <summary>Of <c>words</c>: the most words of the vocabulary.</summary>
    public int? MostWords { get; init; }

    /// <summary>Ids of a row; null for those of the model or pool, or the usual ones.</summary>
    public int? MaxTokens { get; init; }

    private bool Learns => From == TextTokens.OwnWords;

    /// <exception cref="UsageException">There is a vocabulary already, and an option says how large one shall be.</exception>
    public void Require() => UsageException.ThrowUnless(MostWords is null || Learns, $"--vocabulary is given with --tokens {From}, which has a vocabulary: leave it out, or learn one with --tokens {TextTokens.OwnWords}");

    /// <summary>What cuts the texts.</summary>
    /// <param name="texts">All texts, for a vocabulary that is learnt; read once then.</param>
    /// <exception cref="UsageException">The build has no such encoder.</exception>
    /// <exception cref="DataException">There is no such tokenizer, model or pool.</exception>
    public TextTokens Open(IEnumerable<string> texts)
    {
        var usual = MaxTokens ?? DefaultMaxTokens;
        if (Learns)
        {
            var words = TextWords.MostFrequent(texts, MostWords ?? DefaultMostWords);
            return words.Count > 0 ? TextTokens.OfWords(words, usual) : throw new DataException("no word stands twice in the texts, expected some that do: a vocabulary is learnt from many texts; name one with --tokens, that of a model or pool say");
        }
        if (TextEncoder.IsBuiltIn(From) || Array.Exists(Files, end => From.EndsWith(end, StringComparison.OrdinalIgnoreCase) && !IsModel(From)))
        {
            return TextTokens.Open(From, usual);
        }
        var (made, width) = IsModel(From) ? OfModel() : OfPool();
        return MaxTokens is null || MaxTokens == width ? TextTokens.Of(made, width, IsModel(From) ? Path.GetDirectoryName(Path.GetFullPath(ModelPackage.FileOf(From))) : null)
            : throw new UsageException($"--max-tokens is {MaxTokens}, {From} has rows of {width} tokens, expected the same: leave it out");
    }

    /// <summary>Whether a path is a package's or task's folder, or a package's model.</summary>
    private static bool IsModel(string path) =>
        File.Exists(path) ? Path.GetFileName(path) == ModelRegistry.ModelFileName && File.Exists(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, ModelManifest.FileName))
        : Directory.Exists(path) && (File.Exists(Path.Combine(path, ModelManifest.FileName)) || ModelRegistry.RoundsIn(path).Count > 0);

    private (TokenColumn Made, int Width) OfModel() => ModelPackage.ManifestOf(From)?.Inputs.FirstOrDefault(input => input.Tokens is not null) is { Tokens: { } made, Dims: [_, var width] } ? (made, (int)width)
        : throw new DataException($"{From} reads no token ids of which it knows what made them: it was not trained on what 'trainer import --tokens' writes");

    private (TokenColumn Made, int Width) OfPool()
    {
        if (!Path.Exists(From))
        {
            throw new DataException($"--tokens is '{From}', expected {TextTokens.OwnWords}, minilm, or the path of a vocab.txt, a tokenizer.json, an encoder, a model or a pool: check the path");
        }
        var pool = ShardSet.Resolve([From]);
        return TokenColumn.In(pool) is var (column, made) ? (made, pool.Vector(column).Width)
            : throw new DataException($"{From} has no column of token ids that 'trainer import --tokens' made: name another pool, or learn a vocabulary with --tokens {TextTokens.OwnWords}");
    }
}
