using System.Text;
using ParquetPool.Errors;

namespace ParquetPool.Tokenizers;

/// <summary>The file that says how texts are cut into a model's tokens.</summary>
/// <param name="Path">The file, for messages.</param>
internal abstract record TokenizerFile(string Path)
{
    /// <summary>What names a tokenizer where it lies elsewhere, and says how many tokens a text may have.</summary>
    public const string SettingsFile = "encoder.json";

    /// <summary>All that decides the tokens of a text.</summary>
    public abstract IEnumerable<string> Told { get; }

    /// <summary>The ids that texts get, from 0 on.</summary>
    public abstract TokenNumbers Numbers { get; }

    /// <summary>The id that stands for a token that is to be told; null where there is none.</summary>
    public virtual int? MaskId => null;

    /// <summary>Ids that are no text.</summary>
    public virtual IEnumerable<int> MarkIds => [];

    /// <summary>A file of the tokenizer and its name, as they lie beside a model.</summary>
    public abstract (string Name, byte[] Bytes) ToFile();

    /// <summary>Reads a <c>vocab.txt</c>, one word piece a line, or a <c>tokenizer.json</c> of any kind.</summary>
    /// <param name="lowercase">Of word pieces: whether texts are put into lower case and lose their accents, where the file does not say it.</param>
    /// <exception cref="DataException">The file is missing, or not what its name says.</exception>
    public static TokenizerFile Read(string path, bool lowercase)
    {
        const string Remedy = $"lay the model's vocab.txt or tokenizer.json beside it, or name it in {SettingsFile} as \"tokenizer\"";
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: no such tokenizer: {Remedy}");
        }
        try
        {
            if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            {
                return TokenizerJson.Read(path, lowercase);
            }
            using var lines = new StreamReader(path, new UTF8Encoding(false));
            return Vocabulary.OfLines(lines, path, lowercase);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: a tokenizer that cannot be read ({e.Message.TrimEnd('.')}): {Remedy}", e);
        }
    }

    /// <summary>What cuts texts.</summary>
    /// <param name="maxTokens">Of a text, those of the model's own included; what goes beyond is cut off.</param>
    /// <exception cref="DataException">The file does not hold what it must, or this system has no library for it.</exception>
    public abstract ITokenizer Open(int maxTokens);
}

/// <summary>The ids of a tokenizer.</summary>
/// <param name="Count">Ids there are, from 0 on, that of the padding among them.</param>
/// <param name="Padding">What fills short rows up.</param>
/// <param name="Unknown">What stands for what the tokenizer does not know; null where nothing does.</param>
internal readonly record struct TokenNumbers(int Count, int Padding, int? Unknown);
