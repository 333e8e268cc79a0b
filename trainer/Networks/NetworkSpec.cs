using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using ParquetPool.Commands;

namespace ParquetPool.Trainer.Networks;

/// <summary>The layers of a network between the pool's feature columns and the head: a <c>network.json</c> or a preset.</summary>
/// <remarks>
/// <code>
/// {
///   "image": [1, 28, 28],
///   "layers": [
///     { "type": "conv", "channels": 32, "kernel": 3, "stride": 1, "padding": 1, "activation": "relu", "batchNorm": true },
///     { "type": "pool", "kind": "max", "size": 2 },
///     { "type": "channelDropout", "rate": 0.1 },
///     { "type": "flatten" },
///     { "type": "dropout", "rate": 0.5 },
///     { "type": "dense", "units": 128, "activation": "relu", "batchNorm": false, "dropout": 0.5, "residual": false }
///   ]
/// }
/// </code>
/// <c>image</c> (channels, height, width) may be left out: a feature column of s·s values is then one channel of s by s, one of 3·s·s
/// values three channels. It matters only where a layer needs an image (conv, pool, channelDropout, flatten, globalAveragePool); then the
/// pool has one feature column. Without such a layer, all feature columns are joined into one vector. Of a layer, only <c>units</c>,
/// <c>channels</c>, <c>size</c> and <c>rate</c> must be given; <c>kernel</c> is 3, <c>stride</c> 1, <c>padding</c> half the kernel,
/// <c>activation</c> relu (or none, gelu, tanh, sigmoid), <c>kind</c> max (or average), everything else off. The head, a dense layer
/// with one unit a class, is added after the last layer and is not listed. At least one layer must drop something: the scorer's committee
/// is made of dropout masks.
/// With <c>tower</c>, a list of layers on vectors like <c>layers</c>, the network fuses late: each feature column has a tower of its own,
/// and <c>layers</c> work on what the towers give, side by side. Each tower has a head too (<c>"towerHeads": false</c> for none), and a row
/// may lack all columns but one.
/// With <c>"predictedLoss": true</c> the network also predicts the loss of each row, from what its dense and conv layers give.
/// <c>mlp</c>, <c>cnn</c> and <c>late-fusion</c> are three such files inside the program.
/// </remarks>
/// <param name="Layers">In order.</param>
/// <param name="Image">Channels, height, width; null to find out from the feature column's width.</param>
/// <param name="Tower">The layers of each feature column's tower; null to join the columns before the first layer.</param>
/// <param name="TowerHeads">Whether each tower predicts the class too.</param>
/// <param name="PredictedLoss">Whether the network predicts the loss of a row.</param>
public sealed partial record NetworkSpec(
    IReadOnlyList<LayerSpec> Layers, IReadOnlyList<int>? Image = null, IReadOnlyList<LayerSpec>? Tower = null, bool TowerHeads = true,
    bool PredictedLoss = false)
{
    private const string PresetPrefix = "ParquetPool.Trainer.Networks.Presets.";

    /// <summary>Whether the layers work on an image.</summary>
    [JsonIgnore]
    internal bool NeedsImage => AllLayers.Any(l => l is not (LayerSpec.Dense or LayerSpec.UnitDropout));

    /// <summary>Those of a tower, then <see cref="Layers"/>.</summary>
    [JsonIgnore]
    internal IEnumerable<LayerSpec> AllLayers => (Tower ?? []).Concat(Layers);

    /// <summary>A preset (<c>mlp</c>, <c>cnn</c>, <c>late-fusion</c>) or the path of a <c>network.json</c>.</summary>
    /// <exception cref="UsageException">There is neither a preset nor a file of that name.</exception>
    /// <exception cref="DataException">The file is no network; names the place and what was expected.</exception>
    public static NetworkSpec Load(string presetOrPath)
    {
        using var preset = typeof(NetworkSpec).Assembly.GetManifestResourceStream($"{PresetPrefix}{presetOrPath}.json");
        if (preset is not null)
        {
            using var reader = new StreamReader(preset);
            return Parse(reader.ReadToEnd(), presetOrPath);
        }
        try
        {
            return File.Exists(presetOrPath)
                ? Parse(File.ReadAllText(presetOrPath), presetOrPath)
                : throw new UsageException($"--network {presetOrPath} is neither mlp, cnn, late-fusion nor a file: name a preset or the path of a network.json");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot read the network {presetOrPath}: {e.Message}", e);
        }
    }

    /// <summary>Reads the JSON of a network.</summary>
    /// <param name="json">See the remarks of <see cref="NetworkSpec"/>.</param>
    /// <param name="source">Named in errors.</param>
    /// <exception cref="DataException">It is no network; names the place and what was expected.</exception>
    public static NetworkSpec Parse(string json, string source)
    {
        NetworkSpec? spec;
        try
        {
            spec = JsonSerializer.Deserialize(json, NetworkJson.Default.NetworkSpec);
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

    private NetworkSpec Checked(string source)
    {
        Check(Layers, "layer", source);
        Check(Tower ?? [], "tower layer", source);
        if (Image is not null && (Image.Count != 3 || Image.Any(d => d < 1)))
        {
            throw new DataException($"{source}: image is [{string.Join(", ", Image)}], expected three positive numbers: channels, height, width");
        }
        if (Tower is not null && NeedsImage)
        {
            throw new DataException($"{source}: a network with towers has layers that need an image, expected dense and dropout layers: a tower works on the vector of its column");
        }
        return Drops(Layers) && (Tower is null || Drops(Tower))
            ? this
            : throw new DataException($"{source}: no layer drops anything, expected at least one dropout{(Tower is null ? "" : " in the tower and one behind")}: the scorer's committee is made of dropout masks");
    }

    private static bool Drops(IEnumerable<LayerSpec> layers) => layers.Any(l => l.DropoutRate > 0);

    private static void Check(IReadOnlyList<LayerSpec> layers, string what, string source)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i] is null or { Problem: not null })
            {
                throw new DataException($"{source}: {what} {i + 1}: {layers[i]?.Problem ?? "null, expected an object with a type"}");
            }
        }
    }

    // The library's messages name our types; a reader of network.json knows them by other names.
    private static string Reason(string message) =>
        message.Contains("type discriminator", StringComparison.Ordinal)
            ? "a layer's type is missing or unknown, expected dense, conv, pool, dropout, channelDropout, flatten or globalAveragePool"
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

    [GeneratedRegex("property ('.*?') could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex("missing required properties including: ('.*?')(;|$|\\.| Path)")]
    private static partial Regex Missing();

    [GeneratedRegex(@"Path: (\S+) \| LineNumber: (\d+)")]
    private static partial Regex PathAndLine();
}
