using System.Text;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Tokenizers;

namespace ParquetPool.Encoders;

/// <summary>What an encoder of texts is made of, for whoever makes another of it or joins it with a head.</summary>
/// <param name="Name">As the command line names it.</param>
/// <param name="Model">The graph, a copy.</param>
/// <param name="Sha256">Of all that decides a vector.</param>
/// <param name="Tokens">What made a column of its token ids.</param>
public sealed record EncoderParts(string Name, ModelProto Model, string Sha256, EncoderSpec Spec, TokenColumn Tokens)
{
    private TokenizerFile Tokenizer { get; init; } = null!;

    /// <summary>The id that stands for a token that is to be told.</summary>
    /// <exception cref="DataException">The tokenizer has none.</exception>
    public int Mask => Tokenizer.MaskId ?? throw new DataException($"{Name}: its tokenizer has no [MASK] or <mask>, which stands for a token that is to be told: choose an encoder that was pre-trained with masks");

    /// <summary>Ids that are no text: padding, those before and behind a text and the like.</summary>
    public required IReadOnlySet<int> Marks { get; init; }

    /// <summary>Reads <c>minilm</c>, or an ONNX file that has an <see cref="EncoderSpec"/> beside it.</summary>
    /// <exception cref="UsageException">There is no encoder of the name in this build.</exception>
    /// <exception cref="DataException">A file is missing, or not what it must be.</exception>
    public static EncoderParts Of(string name)
    {
        var files = EncoderFiles.Read(name);
        using var tokens = TextTokens.Of(files, files.Spec.MaxTokens);
        return new(name, files.Model.Clone(), files.Sha256, files.Spec, tokens.Column)
        {
            Tokenizer = files.Tokenizer,
            Marks = files.Tokenizer.MarkIds.Append(files.Tokenizer.Numbers.Padding).ToHashSet(),
        };
    }

    /// <summary>Lays <see cref="EncoderSpec.FileName"/> and the tokenizer's file into a folder, beside a model that has the same inputs and outputs.</summary>
    public void Lay(string folder)
    {
        var (file, bytes) = Tokenizer.ToFile();
        var spec = Spec with { Tokenizer = file, Lowercase = Tokenizer is Vocabulary { Lowercase: var lower } ? lower : Spec.Lowercase };
        Storage.WholeFile.Write(Path.Combine(folder, file), bytes);
        Storage.WholeFile.Write(Path.Combine(folder, EncoderSpec.FileName), Encoding.UTF8.GetBytes(spec.ToJson() + "\n"));
    }
}
