using System.Security.Cryptography;
using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Tokenizers;

/// <summary>A <c>tokenizer.json</c> as Hugging Face writes them, of any kind: byte pairs, Unigram, word pieces that are not quite BERT's.</summary>
/// <param name="File">Its bytes.</param>
internal sealed record TokenizerJson(string Path, byte[] File) : TokenizerFile(Path)
{
    private static readonly string[] Paddings = ["[PAD]", "<pad>", "<|padding|>", "<|pad|>"];

    public override IEnumerable<string> Told => [Convert.ToHexStringLower(SHA256.HashData(File))];

    /// <remarks>Where the file names no token for padding, a number of its own stands for it.</remarks>
    public override TokenNumbers Numbers
    {
        get
        {
            var known = Numbered();
            var count = known.Count == 0 ? 0 : known.Max(piece => piece.Number) + 1;
            var padding = known.Where(piece => Paddings.Contains(piece.Text)).Select(piece => (int?)piece.Number).FirstOrDefault();
            return new(padding is null ? count + 1 : count, padding ?? count, null);
        }
    }

    public override int? MaskId => Numbered().Where(piece => piece.Text is "<mask>" or WordPieces.Mask).Select(piece => (int?)piece.Number).FirstOrDefault();

    public override IEnumerable<int> MarkIds
    {
        get
        {
            using var json = JsonDocument.Parse(File);
            return json.RootElement.TryGetProperty("added_tokens", out var added) && added.ValueKind == JsonValueKind.Array
                ? [.. added.EnumerateArray().Where(token => token.TryGetProperty("special", out var special) && special.ValueKind == JsonValueKind.True).Select(token => token.GetProperty("id").GetInt32())] : [];
        }
    }

    public override (string Name, byte[] Bytes) ToFile() => ("tokenizer.json", File);

    /// <returns>A <see cref="Vocabulary"/> where the file cuts texts as BERT does.</returns>
    /// <exception cref="DataException">The file is no JSON object with a model.</exception>
    public static new TokenizerFile Read(string path, bool lowercase)
    {
        var bytes = System.IO.File.ReadAllBytes(path);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            if (!json.RootElement.TryGetProperty("model", out var model) || model.ValueKind != JsonValueKind.Object)
            {
                throw Bad(path, "it has no model");
            }
            TokenizerFaults.Check(json.RootElement);
            if (BertJson.Vocabulary(path, json.RootElement, lowercase) is { } vocabulary)
            {
                return vocabulary;
            }
            var tokenizer = new TokenizerJson(path, bytes);
            return tokenizer.Numbered().FirstOrDefault(piece => piece.Number is < 0 or int.MaxValue) is { Text: { } text, Number: var number } ? throw Bad(path, $"'{text}' has the number {number}") : tokenizer;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw Bad(path, e.Message, e);
        }
    }

    public static DataException Bad(string path, string why, Exception? cause = null) => new($"{path}: not a whole tokenizer.json ({why.TrimEnd('.')}): fetch it again", cause);

    public override ITokenizer Open(int maxTokens) => new JsonTokenizer(this, maxTokens);

    /// <summary>Writes the file as it is opened: cut at so many tokens, without padding, and with none of the chance that is for training.</summary>
    public void Write(Stream to, int maxTokens)
    {
        using var json = JsonDocument.Parse(File);
        using var writer = new Utf8JsonWriter(to);
        writer.WriteStartObject();
        foreach (var part in json.RootElement.EnumerateObject().Where(part => part.Name is not ("truncation" or "padding" or "model")))
        {
            part.WriteTo(writer);
        }
        writer.WriteNull("padding");
        writer.WriteStartObject("truncation");
        writer.WriteString("direction", "Right");
        writer.WriteNumber("max_length", maxTokens);
        writer.WriteString("strategy", "LongestFirst");
        writer.WriteNumber("stride", 0);
        writer.WriteEndObject();
        writer.WriteStartObject("model");
        foreach (var setting in json.RootElement.GetProperty("model").EnumerateObject().Where(setting => setting.Name != "dropout"))
        {
            setting.WriteTo(writer);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private IReadOnlyList<(string? Text, int Number)> Numbered()
    {
        using var json = JsonDocument.Parse(File);
        return [.. Pieces(json.RootElement)];
    }

    private static IEnumerable<(string? Text, int Number)> Pieces(JsonElement file)
    {
        var of = file.GetProperty("model").TryGetProperty("vocab", out var vocab) ? vocab : default;
        var pieces = of.ValueKind == JsonValueKind.Object ? of.EnumerateObject().Select(piece => ((string?)piece.Name, piece.Value.GetInt32()))
            : of.ValueKind == JsonValueKind.Array ? of.EnumerateArray().Select((piece, number) => (piece[0].GetString(), number))
            : [];
        return pieces.Concat(file.TryGetProperty("added_tokens", out var added) && added.ValueKind == JsonValueKind.Array ? added.EnumerateArray().Select(token => (token.GetProperty("content").GetString(), token.GetProperty("id").GetInt32())) : []);
    }
}
