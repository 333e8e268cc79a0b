using System.Text;
using System.Text.Json;
using ParquetPool.Errors;

namespace ParquetPool.Encoders;

/// <summary>The word pieces of a model, in the order of their numbers.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Pieces">One a token; those that go on a word begin with <c>##</c>.</param>
/// <param name="Lowercase">Whether texts are put into lower case and lose their accents.</param>
internal sealed record Vocabulary(string Path, IReadOnlyList<string> Pieces, bool Lowercase)
{
    private const string Kind = "WordPiece";
    private const int MostPieces = 10_000_000;

    /// <summary>A <c>vocab.txt</c>, one piece a line, or a <c>tokenizer.json</c> of the kind WordPiece.</summary>
    /// <exception cref="DataException">The file is missing, of another kind, or lacks a piece that every text needs.</exception>
    public static Vocabulary Read(string path, bool lowercase)
    {
        if (!File.Exists(path))
        {
            throw new DataException($"{path}: no such tokenizer: lay the model's vocab.txt or tokenizer.json beside it, or name it in {EncoderSpec.FileName} as \"tokenizer\"");
        }
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return OfJson(path, lowercase);
        }
        using var lines = new StreamReader(path, new UTF8Encoding(false));
        return OfLines(lines, path, lowercase);
    }

    /// <inheritdoc cref="Read"/>
    public static Vocabulary OfLines(TextReader lines, string path, bool lowercase)
    {
        var pieces = new List<string>();
        while (lines.ReadLine() is { } piece)
        {
            pieces.Add(piece);
        }
        return Required(new(path, pieces, lowercase));
    }

    private static Vocabulary OfJson(string path, bool lowercase)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var model = json.RootElement.GetProperty("model");
            var kind = model.TryGetProperty("type", out var named) ? named.GetString() : Kind;
            if (kind != Kind)
            {
                throw new DataException($"{path}: a tokenizer of the kind {kind}, expected {Kind}: choose a model of BERT's kin");
            }
            var numbered = model.GetProperty("vocab").EnumerateObject().Select(piece => (piece.Name, Number: piece.Value.GetInt32())).ToList();
            var pieces = new string[numbered.Count == 0 ? 0 : Math.Min(numbered.Max(piece => piece.Number), MostPieces) + 1];
            Array.Fill(pieces, "");
            numbered.ForEach(piece => pieces[piece.Number] = piece.Name);
            var normalizer = json.RootElement.TryGetProperty("normalizer", out var said) && said.ValueKind == JsonValueKind.Object ? said : default;
            return Required(new(path, pieces, normalizer.ValueKind == JsonValueKind.Object && normalizer.TryGetProperty("lowercase", out var lower) ? lower.GetBoolean() : lowercase));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new DataException($"{path}: not a tokenizer.json with the word pieces of a model ({e.Message.TrimEnd('.')}): fetch it again", e);
        }
    }

    private static Vocabulary Required(Vocabulary vocabulary) =>
        WordPieces.Marks.FirstOrDefault(mark => !vocabulary.Pieces.Contains(mark)) is { } missing
            ? throw new DataException($"{vocabulary.Path}: {vocabulary.Pieces.Count} word pieces and none is {missing}, expected {string.Join(", ", WordPieces.Marks)} among them: is it the vocabulary of a BERT?")
            : vocabulary;
}
