using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ParquetPool.Errors;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;

namespace ParquetPool.Trainer.Networks;

/// <summary>The layers of a network between the pool's feature columns and the head: a <c>network.json</c> or a preset.</summary>
/// <remarks>
/// docs/networks.md describes the format and every kind of layer. The head, a dense layer with one unit a class, is added after the last
/// layer and is not listed. At least one layer must drop something: the scorer's committee is made of dropout masks.
/// </remarks>
/// <param name="Layers">In order.</param>
/// <param name="Image">Channels, height, width; null to find out from the feature column's width.</param>
/// <param name="Tower">The layers of each feature column's tower; null to join the columns before the first layer.</param>
/// <param name="TowerHeads">Whether each tower predicts the class too.</param>
/// <param name="PredictedLoss">Whether the network predicts the loss of a row.</param>
/// <param name="Members">Networks of these layers side by side, each with weights and wirings of its own.</param>
internal sealed partial record NetworkSpec(
    IReadOnlyList<Layer> Layers, IReadOnlyList<int>? Image = null, IReadOnlyList<Layer>? Tower = null, bool TowerHeads = true,
    bool PredictedLoss = false, int Members = 1)
{
    /// <summary>Of dropout that a command line gives.</summary>
    internal static readonly OptionRange DropoutRates = OptionRange.Part.Because("the scorer's committee is made of dropout masks");

    internal const int MostMembers = 64;
    private const string PresetPrefix = "ParquetPool.Trainer.Networks.Presets.";

    /// <summary>Whether it is one of the presets, which say nothing of a vocabulary.</summary>
    [JsonIgnore]
    internal bool IsPreset { get; init; }

    /// <summary>Whether the layers work on an image.</summary>
    [JsonIgnore]
    internal bool NeedsImage => AllLayers.Select(l => l.Takes).FirstOrDefault(t => t != RowKind.Any) == RowKind.Image;

    /// <summary>Token ids that the feature column holds, from 0 on; 0 where it holds features.</summary>
    [JsonIgnore]
    internal int Tokens => Layers is [TokenEmbedding embedding, ..] ? embedding.Tokens : 0;

    /// <summary>Those of a tower, then <see cref="Layers"/>.</summary>
    [JsonIgnore]
    internal IEnumerable<Layer> AllLayers => (Tower ?? []).Concat(Layers);

    /// <summary>The networks that have names.</summary>
    internal static readonly IReadOnlyList<string> Presets = ["mlp", "cnn", "random-wire", "late-fusion", "sequence", "awd-lstm"];

    /// <summary>What names a network, for the help of an option.</summary>
    internal static readonly string HelpName = string.Join('|', Presets.Append("network.json"));

    /// <summary>One of <see cref="Presets"/> or the path of a <c>network.json</c>.</summary>
    /// <exception cref="UsageException">There is neither a preset nor a file of that name.</exception>
    /// <exception cref="DataException">The file is no network; names the place and what was expected.</exception>
    public static NetworkSpec Load(string presetOrPath)
    {
        using var preset = typeof(NetworkSpec).Assembly.GetManifestResourceStream($"{PresetPrefix}{presetOrPath}.json");
        if (preset is not null)
        {
            using var reader = new StreamReader(preset);
            return Parse(reader.ReadToEnd(), presetOrPath) with { IsPreset = true };
        }
        try
        {
            return File.Exists(presetOrPath)
                ? Parse(File.ReadAllText(presetOrPath), presetOrPath)
                : throw new UsageException($"--network {presetOrPath} is neither {string.Join(", ", Presets)} nor a file: name a preset or the path of a network.json");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the network {presetOrPath}: {e.Message}", e);
        }
    }

    /// <summary>Reads the JSON of a network.</summary>
    /// <param name="json">See docs/networks.md; a layer's type may be written with hyphens, as layer-norm.</param>
    /// <param name="source">Named in errors.</param>
    /// <exception cref="DataException">It is no network; names the place and what was expected.</exception>
    public static NetworkSpec Parse(string json, string source)
    {
        NetworkSpec? spec;
        try
        {
            spec = JsonSerializer.Deserialize(Hyphened().Replace(json, InCamelCase), NetworkJson.Default.NetworkSpec);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new DataException($"{source} is no network: {Reason(e.Message)}{Place(e)}: correct it or use a preset", e);
        }
        return spec is not null ? spec.Checked(source) : throw new DataException($"{source} is no network: it is null, expected an object with layers");
    }

    /// <summary>The same network with every dropout rate replaced.</summary>
    public NetworkSpec WithDropout(float rate) => this with
    {
        Layers = [.. Layers.Select(l => l.WithDropout(rate))],
        Tower = Tower is null ? null : [.. Tower.Select(l => l.WithDropout(rate))],
    };

    /// <summary>The network as JSON on one line, every setting written out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, NetworkJson.Default.NetworkSpec);

    /// <summary>What is wrong with the number of networks; null where nothing is.</summary>
    [JsonIgnore]
    internal string? MembersProblem => Setting.AtLeast("members", Members, 1, MostMembers)
        ?? (Members > 1 && Tower is not null ? "members are given with towers, expected one of them: each network works on all columns joined" : null)
        ?? (Members > 1 && PredictedLoss ? "members are given with a predicted loss, expected one of them: each network would have a loss of its own" : null);

    private NetworkSpec Checked(string source)
    {
        if (MembersProblem is { } problem)
        {
            throw new DataException($"{source}: {problem}");
        }
        Check(Layers, "layer", source);
        Check(Tower ?? [], "tower layer", source);
        if (Image is not null && (Image.Count != 3 || Image.Any(d => d < 1)))
        {
            throw new DataException($"{source}: image is [{string.Join(", ", Image)}], expected three positive numbers: channels, height, width");
        }
        if (Tower is not null && AllLayers.SelectMany(l => l.Parts).Any(l => l is TokenEmbedding or ToSequence || l.Takes is RowKind.Image or RowKind.Sequence))
        {
            throw new DataException($"{source}: a network with towers has layers that need an image or a sequence, expected layers on vectors: a tower works on the vector of its column");
        }
        if (Layers.SelectMany(l => l.Parts).Where((l, i) => l is TokenEmbedding && i > 0).Any())
        {
            throw new DataException($"{source}: an embedding layer stands behind others, expected it to be the first: it reads the ids in the feature column");
        }
        return Drops(Layers) && (Tower is null || Drops(Tower))
            ? this
            : throw new DataException($"{source}: no layer drops anything, expected at least one dropout{(Tower is null ? "" : " in the tower and one behind")}: the scorer's committee is made of dropout masks");
    }

    private static bool Drops(IEnumerable<Layer> layers) => layers.Any(l => l.DropoutRate > 0);

    private static void Check(IReadOnlyList<Layer> layers, string what, string source)
    {
        if (Residual.ProblemOf(layers, what) is { } problem)
        {
            throw new DataException($"{source}: {problem}");
        }
    }

    private static string InCamelCase(Match type) =>
        type.Groups[1].Value + string.Concat(type.Groups[2].Value.Split('-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    // The library's messages name our types; a reader of network.json knows them by other names.
    private static string Reason(string message) =>
        message.Contains("type discriminator", StringComparison.Ordinal)
            ? $"a layer's type is missing or unknown, expected {string.Join(", ", Layer.Kinds.SkipLast(1))} or {Layer.Kinds[^1]}"
        : Unknown().Match(message) is { Success: true } unknown ? $"{unknown.Groups[1].Value} is no setting there"
        : Missing().Match(message) is { Success: true } missing ? $"{missing.Groups[1].Value} is missing"
        : message.Contains("could not be converted", StringComparison.Ordinal) ? "the value is not one that fits"
        : message.Split(" Path: ", 2)[0].Split(" LineNumber: ", 2)[0].TrimEnd('.');

    private static string Place(Exception e) => (e, PathAndLine().Match(e.Message)) switch
    {
        (JsonException { Path: { } path, LineNumber: { } line }, _) => Place(path, line),
        (_, { Success: true } place) => Place(place.Groups[1].Value, long.Parse(place.Groups[2].Value, CultureInfo.InvariantCulture)),
        _ => "",
    };

    private static string Place(string path, long line) => $" at {path}, line {line + 1}";

    [GeneratedRegex("""("type"\s*:\s*")([a-z]+(?:-[a-z]+)+)(?=")""")]
    private static partial Regex Hyphened();

    [GeneratedRegex("property ('.*?') could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex("missing required properties including: ('.*?')(;|$|\\.| Path)")]
    private static partial Regex Missing();

    [GeneratedRegex(@"Path: (\S+) \| LineNumber: (\d+)")]
    private static partial Regex PathAndLine();
}
