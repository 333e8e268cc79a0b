using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ParquetPool.Shared.Tests.Tokenizers;

/// <summary>Small tokenizers as Hugging Face writes them, and their ids by plain code.</summary>
internal static class MadeTokenizers
{
    private static readonly string[] Merges = ["a n", "an d", "Ġ and", "b an", "ban an", "n a", "c a", "r d", "ca rd", "Ġ card", "Ġ b", "Ã ©"];
    private static readonly string[] Letters = ["a", "b", "c", "d", "n", "r", "Ġ", "Ã", "©", "!"];
    private static readonly string[] Pairs = ["<s>", "</s>", "<mask>", .. Letters, .. Merges.Select(pair => pair.Replace(" ", "", StringComparison.Ordinal))];

    private static readonly (string Piece, double Score)[] Pieces = [("<unk>", 0), ("<s>", 0), ("</s>", 0), ("▁", -4), ("a", -3.1), ("b", -3.3), ("n", -3.2), ("an", -2.9), ("ban", -4.5), ("ana", -4.1), ("▁ban", -3.7), ("▁banana", -9.4), ("nan", -3.6)];

    /// <summary>Byte pairs, marked as RoBERTa marks texts.</summary>
    public static string Bpe => $$"""
        { "version": "1.0", "truncation": { "direction": "Right", "max_length": 5, "strategy": "LongestFirst", "stride": 0 },
          "padding": { "strategy": { "Fixed": 7 }, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 1, "pad_type_id": 0, "pad_token": "</s>" },
          "added_tokens": [{{string.Join(",", new[] { "<s>", "</s>", "<mask>" }.Select((mark, id) => $$"""{ "id": {{id}}, "content": "{{mark}}", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true }"""))}}],
          "normalizer": null, "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true },
          "post_processor": { "type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false }, "decoder": null,
          "model": { "type": "BPE", "dropout": 0.5, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
            "vocab": {{JsonSerializer.Serialize(Pairs.Index().ToDictionary(pair => pair.Item, pair => pair.Index))}}, "merges": {{JsonSerializer.Serialize(Merges)}} } }
        """;

    /// <summary>SentencePiece's Unigram, marked as T5 marks texts.</summary>
    public static string Unigram => $$"""
        { "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
          "pre_tokenizer": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true },
          "post_processor": { "type": "TemplateProcessing", "single": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } }],
            "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 0 } }], "special_tokens": { "</s>": { "id": "</s>", "ids": [2], "tokens": ["</s>"] } } },
          "decoder": null, "model": { "type": "Unigram", "unk_id": 0, "vocab": {{JsonSerializer.Serialize(Pieces.Select(piece => new object[] { piece.Piece, piece.Score }))}}, "byte_fallback": false } }
        """;

    /// <summary>Another value for a part, named as in <c>model.type</c>.</summary>
    public static string With(string tokenizer, string part, string? value)
    {
        var json = JsonNode.Parse(tokenizer)!;
        var names = part.Split('.');
        var holder = names[..^1].Aggregate(json, (node, name) => node[name]!);
        holder[names[^1]] = value is null ? null : JsonNode.Parse(value);
        return json.ToJsonString();
    }

    /// <summary>The bytes of each word, blanks before it included, as letters; then the pair that comes first in the list is joined wherever it stands, until none is left (Sennrich et al., 2016).</summary>
    public static long[] BpeIds(string text)
    {
        static char Letter(byte value) => value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174 ? (char)value : value <= 32 ? (char)(256 + value) : (char)(256 + value - 94);
        var ids = new List<long> { 0 };
        foreach (var word in Regex.Matches(text, @" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+").Select(match => match.Value))
        {
            var parts = Encoding.UTF8.GetBytes(word).Select(value => Letter(value).ToString()).ToList();
            foreach (var _ in Enumerable.Range(0, word.Length * 2))
            {
                if (Merges.Select(merge => merge.Split(' ')).FirstOrDefault(pair => parts.Zip(parts.Skip(1)).Any(two => two.First == pair[0] && two.Second == pair[1])) is not { } best)
                {
                    break;
                }
                for (var i = 0; i + 1 < parts.Count; i++)
                {
                    if (parts[i] == best[0] && parts[i + 1] == best[1])
                    {
                        parts[i] += parts[i + 1];
                        parts.RemoveAt(i + 1);
                    }
                }
            }
            ids.AddRange(parts.Select(part => (long)Array.IndexOf(Pairs, part)).Where(id => id >= 0));
        }
        return [.. ids, 1];
    }

    /// <summary>Of all ways to cut each word, that of the highest sum of scores (Kudo, 2018); a character that is in no piece is unknown and costs 10 more than the worst piece, and unknown ones in a row are one.</summary>
    public static long[] UnigramIds(string text)
    {
        static IEnumerable<(double Score, long[] Ids)> Cuts(string rest) => rest.Length == 0 ? [(0, [])]
            : from length in Enumerable.Range(1, rest.Length)
              let id = Array.FindIndex(Pieces, piece => piece.Piece == rest[..length])
              where id > 2 || (length == 1 && !Pieces.Any(piece => piece.Piece == rest[..1]))
              from cut in Cuts(rest[length..])
              select (cut.Score + (id > 2 ? Pieces[id].Score : Pieces.Min(piece => piece.Score) - 10), (long[])[Math.Max(id, 0), .. cut.Ids]);
        var ids = new List<long>();
        foreach (var word in text.Split(' ').Select(word => "▁" + word))
        {
            ids.AddRange(Cuts(word).MaxBy(cut => cut.Score).Ids is var best ? best.Where((id, i) => id != 0 || i == 0 || best[i - 1] != 0) : []);
        }
        return [.. ids, 2];
    }
}
