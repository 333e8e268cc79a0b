using System.Text.Json;

namespace ParquetPool.Tokenizers;

/// <summary>Whether a <c>tokenizer.json</c> cuts texts as BERT's tokenizer does, word pieces and all else, so that <see cref="WordPieces"/> cuts them on every system.</summary>
internal static class BertJson
{
    private const int MostPieces = 10_000_000;
    private static readonly string[] Parts = ["normalizer", "pre_tokenizer", "post_processor"];

    /// <summary>The word pieces by their numbers; null where anything is otherwise than with BERT.</summary>
    /// <remarks>What the file leaves out is as with BERT.</remarks>
    /// <exception cref="InvalidOperationException">A part is of another kind of JSON than it must be.</exception>
    public static Vocabulary? Vocabulary(string path, JsonElement file, bool lowercase)
    {
        var (model, normalizer) = (Part(file, "model"), Part(file, "normalizer"));
        var lower = normalizer is { } said && said.TryGetProperty("lowercase", out var set) ? set.GetBoolean() : lowercase;
        // What stands there as null is left out by the library that made the file, whatever BERT does.
        var isBert = !Parts.Any(name => file.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Null)
            && model is { } of && Says(of, "type", "WordPiece") && Says(of, "unk_token", WordPieces.Unknown) && Says(of, "continuing_subword_prefix", "##") && Says(of, "max_input_chars_per_word", 100)
            && (normalizer is not { } rules || (Says(rules, "type", "BertNormalizer") && Says(rules, "clean_text", true) && Says(rules, "handle_chinese_chars", true) && Says(rules, "strip_accents", lower)))
            && (Part(file, "pre_tokenizer") is not { } cutter || Says(cutter, "type", "BertPreTokenizer"))
            && (Part(file, "post_processor") is not { } marks || IsMarked(marks))
            && (!file.TryGetProperty("added_tokens", out var added) || added.EnumerateArray().All(token => token.GetProperty("content").GetString() is { } content && (content == WordPieces.Mask || WordPieces.Marks.Contains(content))));
        if (!isBert || !model!.Value.TryGetProperty("vocab", out var vocab) || vocab.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        var numbered = vocab.EnumerateObject().Select(piece => (piece.Name, Number: piece.Value.GetInt32())).ToList();
        var pieces = new string[numbered.Count == 0 ? 0 : Math.Clamp(numbered.Max(piece => piece.Number), 0, MostPieces) + 1];
        Array.Fill(pieces, "");
        foreach (var (piece, number) in numbered)
        {
            if (number < 0 || number >= pieces.Length)
            {
                return null;
            }
            pieces[number] = piece;
        }
        return WordPieces.Marks.All(numbered.Select(piece => piece.Name).ToHashSet(StringComparer.Ordinal).Contains) ? new(path, pieces, lower) : null;
    }

    /// <summary>A part of a file; null where it has none.</summary>
    private static JsonElement? Part(JsonElement file, string name) => file.TryGetProperty(name, out var part) && part.ValueKind != JsonValueKind.Null ? part : null;

    /// <summary>Whether a part says this, or nothing.</summary>
    private static bool Says(JsonElement part, string name, object value) => Part(part, name) is not { } said || said.ValueKind switch
    {
        JsonValueKind.String => said.GetString() as object,
        JsonValueKind.Number => said.TryGetInt32(out var number) ? number : null,
        JsonValueKind.True or JsonValueKind.False => said.GetBoolean(),
        _ => null,
    } is { } found && found.Equals(value);

    /// <summary>Whether a text gets BERT's first and last token and no others.</summary>
    private static bool IsMarked(JsonElement processor) => Part(processor, "type")?.GetString() switch
    {
        "BertProcessing" => IsFirst(processor, "cls", WordPieces.First) && IsFirst(processor, "sep", WordPieces.Last),
        "TemplateProcessing" => processor.GetProperty("single").EnumerateArray().Select(piece => piece.EnumerateObject().First().Value.GetProperty("id").GetString()).SequenceEqual([WordPieces.First, "A", WordPieces.Last]),
        _ => false,
    };

    private static bool IsFirst(JsonElement processor, string name, string mark) => processor.GetProperty(name)[0].GetString() == mark;
}
