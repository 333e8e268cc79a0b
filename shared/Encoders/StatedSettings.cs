using System.Globalization;
using System.Text.Json;
using ParquetPool.Decoding;
using ParquetPool.Errors;

namespace ParquetPool.Encoders;

/// <summary>What the files say that sentence-transformers and Hugging Face's exporters lay beside a model, or beside the folder <c>onnx</c> that it is in, against what <c>encoder.json</c> leaves out: its default would be another model's.</summary>
internal static class StatedSettings
{
    private const string Exported = "onnx";
    private const string Modules = "modules.json";
    private const string Pictures = "preprocessor_config.json";

    /// <exception cref="DataException">One says something else than the default that would be taken; the message names the file and what to write.</exception>
    public static void Require(string folder, EncoderSpec spec)
    {
        RequireNoneBehind(folder, spec);
        Require(folder, [
            new("pooling", "1_Pooling/config.json", PoolingOf, Word($"{spec.Pooling}")),
            new("lowercase", "tokenizer_config.json", json => spec.Tokenizer.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? null : Flag(json, "do_lower_case"), spec.Lowercase ? "true" : "false"),
            new("prefix", "config_sentence_transformers.json", PromptOf, Text(spec.Prefix)),
            new("maxTokens", "sentence_bert_config.json", json => Whole(json, "max_seq_length"), Number(spec.MaxTokens))]);
    }

    /// <inheritdoc cref="Require(string, EncoderSpec)"/>
    public static void Require(string folder, PictureSpec spec) => Require(folder, SettingsOf(spec));

    /// <summary>The path of the file beside a model of pictures that says how one becomes its input, other than <c>encoder.json</c>, and what it says; null where there is none, or it says what an <c>encoder.json</c> cannot.</summary>
    public static (string Path, PictureSpec Spec)? PicturesOf(string folder)
    {
        if (Read(folder, Pictures) is not { ValueKind: JsonValueKind.Object } json || json.TryGetProperty("crop_pct", out _) || Numbers(json, "image_mean") is null || Side(json, "size") is null)
        {
            return null;
        }
        var said = SettingsOf(new PictureSpec()).Select(setting => (setting.Name, Stated: setting.Stated(json))).Where(of => of.Stated is not null).Select(of => $"\"{of.Name}\": {of.Stated}");
        return JsonSerializer.Deserialize($"{{ {string.Join(", ", said)} }}", EncoderJson.Default.PictureSpec) is { } spec ? (PathOf(folder, Pictures), spec) : null;
    }

    private static IReadOnlyList<LeftOut> SettingsOf(PictureSpec spec) =>
    [
        new("mean", Pictures, json => Flag(json, "do_normalize") == "false" ? null : Numbers(json, "image_mean"), List(spec.Mean ?? [.. Enumerable.Repeat(0f, spec.Planes)])),
        new("std", Pictures, json => Flag(json, "do_normalize") == "false" ? null : Numbers(json, "image_std"), List(spec.Std ?? [.. Enumerable.Repeat(1f, spec.Planes)])),
        new("size", Pictures, json => Number(Square(json, Crops(json) ? "crop_size" : "size")), Number(spec.Size)),
        new("resize", Pictures, json => Crops(json) ? Number(Square(json, "size")) : null, Number(spec.Resize ?? spec.Size)),
        new("fit", Pictures, json => Crops(json) || json.TryGetProperty("crop_pct", out _) || Side(json, "size", "height") is null ? null : Word($"{PictureFit.Stretch}"), Word($"{spec.Fit}")),
        new("filter", Pictures, json => Whole(json, "resample") switch { "1" => Word($"{ResampleFilter.Lanczos}"), "2" => Word($"{ResampleFilter.Bilinear}"), "3" => Word($"{ResampleFilter.Bicubic}"), _ => null }, Word($"{spec.Filter}")),
        new("range", Pictures, json => Flag(json, "do_rescale") == "false" ? "255" : null, Number((int)spec.Range)),
    ];

    private static void Require(string folder, IEnumerable<LeftOut> settings)
    {
        var path = Path.Combine(folder, EncoderSpec.FileName);
        var given = SpecFile.Names(path);
        var others = settings.Where(s => !given.Contains(s.Name)).Select(s => (Setting: s, Stated: Read(folder, s.File) is { ValueKind: JsonValueKind.Object } json ? s.Stated(json) : null)).Where(s => s.Stated is not null && s.Stated != s.Setting.Meant).ToList();
        if (others.Count > 0)
        {
            throw new DataException($"{path} leaves out what {string.Join(" and ", others.Select(o => o.Setting.File).Distinct())} beside the model says otherwise than is assumed: write {string.Join(", ", others.Select(o => $"\"{o.Setting.Name}\": {o.Stated}"))} into it, or {string.Join(", ", others.Select(o => $"\"{o.Setting.Name}\": {o.Setting.Meant}"))} if that is meant");
        }
    }

    /// <summary>What a file holds; null where there is none.</summary>
    private static JsonElement? Read(string folder, string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(PathOf(folder, file)));
            return json.RootElement.Clone();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null; // Not there, or another program's.
        }
    }

    private static string PathOf(string folder, string file) =>
        Path.Combine(folder, file) is var path && (File.Exists(path) || Path.GetFileName(folder) != Exported) ? path : Path.Combine(Path.GetDirectoryName(folder)!, file);

    /// <summary>Requires to be told what the vector is where something follows the pooling that the model may lack.</summary>
    private static void RequireNoneBehind(string folder, EncoderSpec spec)
    {
        var path = Path.Combine(folder, EncoderSpec.FileName);
        if (Read(folder, Modules) is { ValueKind: JsonValueKind.Array } modules && !SpecFile.Names(path).Contains("pooling")
            && modules.EnumerateArray().Any(module => module.ValueKind == JsonValueKind.Object && module.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.GetString()!.EndsWith(".Dense", StringComparison.Ordinal)))
        {
            throw new DataException($"{path} leaves out the pooling, and {Modules} beside the model has a Dense behind it, which a model of tokens' vectors lacks: export the whole and write \"pooling\": \"none\" with its output, or \"pooling\": {Word($"{spec.Pooling}")} if the vectors before that are meant");
        }
    }

    private static string? PromptOf(JsonElement json) =>
        json.TryGetProperty("default_prompt_name", out var name) && name.ValueKind == JsonValueKind.String && json.TryGetProperty("prompts", out var prompts) && prompts.ValueKind == JsonValueKind.Object
        && prompts.TryGetProperty(name.GetString()!, out var prompt) && prompt.ValueKind == JsonValueKind.String ? Text(prompt.GetString()!) : null;

    private static string? PoolingOf(JsonElement json)
    {
        var modes = json.EnumerateObject().Where(p => p.Name.StartsWith("pooling_mode_", StringComparison.Ordinal) && p.Value.ValueKind == JsonValueKind.True).Select(p => p.Name["pooling_mode_".Length..]).ToList();
        var mode = json.TryGetProperty("pooling_mode", out var said) && said.ValueKind == JsonValueKind.String ? said.GetString()! : string.Join(" and ", modes);
        return mode switch { "" => null, "cls_token" => Word("cls"), "mean_tokens" => Word("mean"), _ => Word(mode) };
    }

    /// <summary>Whether a picture is made smaller by its shorter side, and its middle taken.</summary>
    private static bool Crops(JsonElement json) => Flag(json, "do_center_crop") == "true";

    /// <summary>The <see cref="Side"/> of what is a square.</summary>
    /// <exception cref="DataException">Its sides are said to be of two lengths.</exception>
    private static int? Square(JsonElement json, string name) =>
        json.TryGetProperty(name, out var said) && said.ValueKind == JsonValueKind.Object && Side(json, name, "width") is { } width && Side(json, name, "height") is { } height && width != height
            ? throw new DataException(FormattableString.Invariant($"{Pictures} beside the model says that \"{name}\" is {width} wide and {height} high, expected a square: export the model for pictures of equal sides"))
            : Side(json, name);

    /// <summary>A side of a square: a number, or what an object says of it; null where it is none.</summary>
    private static int? Side(JsonElement json, string name, string? only = null) => !json.TryGetProperty(name, out var said) ? null
        : said.ValueKind == JsonValueKind.Number ? said.TryGetInt32(out var side) ? side : null
        : said.ValueKind != JsonValueKind.Object ? null
        : new[] { only ?? "shortest_edge", only ?? "height" }.Select(of => said.TryGetProperty(of, out var edge) && edge.ValueKind == JsonValueKind.Number && edge.TryGetInt32(out var length) ? length : (int?)null).FirstOrDefault(length => length is not null);

    private static string? Flag(JsonElement json, string name) => json.TryGetProperty(name, out var said) ? said.ValueKind switch { JsonValueKind.True => "true", JsonValueKind.False => "false", _ => null } : null;

    private static string? Whole(JsonElement json, string name) => json.TryGetProperty(name, out var said) && said.ValueKind == JsonValueKind.Number && said.TryGetInt32(out var number) ? Number(number) : null;

    private static string? Numbers(JsonElement json, string name) =>
        json.TryGetProperty(name, out var said) && said.ValueKind == JsonValueKind.Array && said.EnumerateArray().All(n => n.ValueKind == JsonValueKind.Number) ? List([.. said.EnumerateArray().Select(n => (float)n.GetDouble())]) : null;

    private static string List(IReadOnlyList<float> numbers) => $"[{string.Join(", ", numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)))}]";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Number(int? number) => number is { } given ? Number(given) : null;

    private static string Word(string word) => Text(word.ToLowerInvariant());

    private static string Text(string text) => $"\"{text}\"";

    /// <param name="Stated">What a file says, as JSON; null where it does not.</param>
    /// <param name="Meant">What is taken where nobody says it, as JSON.</param>
    private sealed record LeftOut(string Name, string File, Func<JsonElement, string?> Stated, string Meant);
}
