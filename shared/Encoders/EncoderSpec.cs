using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Decoding;
using ParquetPool.Errors;
using ParquetPool.Storage;
using ParquetPool.Tokenizers;

namespace ParquetPool.Encoders;

/// <summary>What <c>encoder.json</c> says of the ONNX file beside it: how a text becomes the model's input, and what the model gives a vector.</summary>
public sealed record EncoderSpec
{
    public const string FileName = TokenizerFile.SettingsFile;
    private const int MostTokens = 8192;

    /// <summary>What cuts texts, beside the model: <c>vocab.txt</c> with word pieces, or a <c>tokenizer.json</c>.</summary>
    public string Tokenizer { get; init; } = "vocab.txt";

    /// <summary>Whether texts are put into lower case and lose their accents first. What a <c>tokenizer.json</c> says of it goes before.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>Tokens of a text, the first and last of the model's own included; what goes beyond is cut off.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>What stands before every text, such as <c>query: </c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The model's output; null for its first.</summary>
    public string? Output { get; init; }

    /// <summary>What makes one vector of the tokens' vectors.</summary>
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>Whether vectors are scaled to length 1.</summary>
    public bool Normalise { get; init; } = true;

    /// <summary>All that it says, as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EncoderJson.Default.EncoderSpec);

    /// <exception cref="DataException">The file is missing, no JSON, or says what cannot be.</exception>
    public static EncoderSpec Read(string path)
    {
        var spec = SpecFile.Read(
            path, EncoderJson.Default.EncoderSpec, "write beside the model how texts become its input, such as { \"tokenizer\": \"vocab.txt\", \"pooling\": \"mean\" }",
            "an object with tokenizer, lowercase, maxTokens, prefix, output, pooling (mean, cls or none) and normalise");
        return spec is null || spec.Tokenizer is null || spec.Prefix is null ? throw new DataException($"{path}: holds null, expected an object with texts: leave out what is not known")
            : Contract.FileName.Of(spec.Tokenizer) is null ? throw new DataException($"{path}: tokenizer is '{spec.Tokenizer}', expected the name of a file beside the model: lay it there")
            : spec.MaxTokens is < 3 or > MostTokens ? throw new DataException($"{path}: maxTokens is {spec.MaxTokens}, expected 3 to {MostTokens}")
            : spec;
    }
}

/// <summary>What makes one vector of a text or a picture of the vectors of its tokens or places.</summary>
public enum Pooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>That of the first token.</summary>
    Cls,

    /// <summary>The model does so itself: its output is one vector a text.</summary>
    None,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = [typeof(EnumNames<Pooling>), typeof(EnumNames<ChannelOrder>), typeof(EnumNames<PictureFit>), typeof(EnumNames<ResampleFilter>)], ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(EncoderSpec))]
[JsonSerializable(typeof(PictureSpec))]
internal sealed partial class EncoderJson : JsonSerializerContext;
