using System.Text.Json;

namespace ParquetPool.Tokenizers;

/// <summary>Faults of a <c>tokenizer.json</c> at which the library that reads it ends the process, without a word that a user understands: they are looked for before.</summary>
internal static class TokenizerFaults
{
    private const string Map = "precompiled_charsmap";

    /// <summary>The library follows a piece letter by letter on the stack.</summary>
    private const int MostCharacters = 4096;

    /// <exception cref="FormatException">There is one.</exception>
    public static void Check(JsonElement file)
    {
        CheckLengths(file);
        foreach (var normalizer in Parts(file, "normalizer", "normalizers"))
        {
            var isMap = Says(normalizer, "Precompiled");
            if ((isMap || normalizer.TryGetProperty(Map, out _)) && !(isMap && normalizer.EnumerateObject().Count() == 2 && normalizer.TryGetProperty(Map, out var map) && map.ValueEquals(Convert.ToBase64String(map.GetBytesFromBase64())) && CharacterMap.IsWhole(map.GetBytesFromBase64())))
            {
                throw new FormatException($"its {Map} is damaged");
            }
        }
        CheckMerges(file.GetProperty("model"));
        foreach (var processor in Parts(file, "post_processor", "processors").Where(part => part.TryGetProperty("single", out _)))
        {
            var known = processor.GetProperty("special_tokens").EnumerateObject().Select(token => token.Name).ToHashSet(StringComparer.Ordinal);
            var marks = processor.GetProperty("single").EnumerateArray().Where(piece => piece.TryGetProperty("SpecialToken", out _)).Select(piece => piece.GetProperty("SpecialToken").GetProperty("id").GetString()!);
            if (marks.FirstOrDefault(mark => !known.Contains(mark)) is { } lacking)
            {
                throw new FormatException($"its template has a token '{lacking}', which special_tokens has not");
            }
        }
    }

    private static void CheckLengths(JsonElement part)
    {
        void Require(string text)
        {
            if (text.Length > MostCharacters)
            {
                throw new FormatException($"it has a piece of {text.Length} characters, expected at most {MostCharacters}");
            }
        }
        if (part.ValueKind == JsonValueKind.String)
        {
            Require(part.GetString()!);
        }
        foreach (var member in part.ValueKind == JsonValueKind.Object ? part.EnumerateObject().Where(member => member.Name != Map) : [])
        {
            Require(member.Name);
            CheckLengths(member.Value);
        }
        foreach (var element in part.ValueKind == JsonValueKind.Array ? part.EnumerateArray() : default)
        {
            CheckLengths(element);
        }
    }

    /// <summary>That the second of two pieces that are joined goes on a word, where such pieces begin with a prefix.</summary>
    private static void CheckMerges(JsonElement model)
    {
        if (model.TryGetProperty("continuing_subword_prefix", out var said) && said.GetString() is { Length: > 0 } prefix && model.TryGetProperty("merges", out var merges))
        {
            foreach (var second in merges.EnumerateArray().Select(pair => pair.ValueKind == JsonValueKind.Array ? pair[1].GetString()! : pair.GetString()!.Split(' ')[^1]))
            {
                if (!second.StartsWith(prefix, StringComparison.Ordinal))
                {
                    throw new FormatException($"it joins a piece with '{second}', which does not begin with {prefix}");
                }
            }
        }
    }

    /// <summary>A part of the file, and those in its lists of parts.</summary>
    private static IEnumerable<JsonElement> Parts(JsonElement holder, string name, string inner)
    {
        foreach (var part in holder.EnumerateObject().Where(held => held.Name == name).SelectMany(held => held.Value.ValueKind == JsonValueKind.Array ? held.Value.EnumerateArray().ToArray() : [held.Value]).Where(part => part.ValueKind == JsonValueKind.Object))
        {
            yield return part;
            foreach (var within in Parts(part, inner, inner))
            {
                yield return within;
            }
        }
    }

    private static bool Says(JsonElement part, string type) => part.TryGetProperty("type", out var said) && said.ValueKind == JsonValueKind.String && said.ValueEquals(type);
}
