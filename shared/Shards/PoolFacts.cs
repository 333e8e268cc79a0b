using System.Text.Json;
using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Storage;

namespace ParquetPool.Shards;

/// <summary>What the footers of a pool's shards say of its rows, so that nobody needs to say it again: <c>parquetpool.picture.COLUMN</c>, <c>parquetpool.encoder.COLUMN</c>, <c>parquetpool.tokens.COLUMN</c>, <c>parquetpool.pixels.COLUMN</c> and <c>parquetpool.classes</c>.</summary>
/// <param name="Pictures">[column]: how its numbers are a picture, such as <c>28x28</c>.</param>
/// <param name="Classes">The names of all classes, in their order; empty where nothing tells them.</param>
public sealed record PoolFacts(IReadOnlyDictionary<string, string> Pictures, IReadOnlyList<string> Classes)
{
    private const string Picture = "picture.";
    private const string Encoder = "encoder.";
    private const string Token = "tokens.";
    private const string ClassNames = "classes";
    private const string Prefix = "parquetpool.";
    private static readonly string Pixel = ShardSchema.PixelsEntry[Prefix.Length..];

    /// <summary>[column]: what made its vectors, as JSON.</summary>
    public IReadOnlyDictionary<string, string> Encoders { get; init; } = new Dictionary<string, string>();

    /// <summary>[column]: what made its token ids, as JSON.</summary>
    public IReadOnlyDictionary<string, string> Tokens { get; init; } = new Dictionary<string, string>();

    /// <summary>[column]: how its bytes were made of pictures, as JSON.</summary>
    public IReadOnlyDictionary<string, string> Pixels { get; init; } = new Dictionary<string, string>();

    /// <summary>Of rows of which nothing is known.</summary>
    public static PoolFacts None { get; } = new(new Dictionary<string, string>(), []);

    /// <summary>Reads every shard's footer; a shard that says nothing contradicts none.</summary>
    /// <exception cref="DataException">Two shards say different things; both are named.</exception>
    public static PoolFacts Of(IEnumerable<Shard> shards)
    {
        using var duckDb = DuckDb.Lent();
        var said = new Dictionary<string, (string Value, string Path)>(StringComparer.Ordinal);
        var kinds = new HashSet<string>(StringComparer.Ordinal); // Files of one kind say the same.
        foreach (var shard in shards.Where(shard => KindOf(shard.Path) is not { } kind || kinds.Add(kind)))
        {
            foreach (var (name, value) in FileFacts.Read(duckDb, shard.Path).Where(fact => IsFact(fact.Key)))
            {
                if (!said.TryAdd(name, (value, shard.Path)) && said[name].Value != value)
                {
                    throw new DataException($"{said[name].Path} and {shard.Path} contradict each other: {Words(name)} {Shown(said[name].Value)} in one and {Shown(value)} in the other, expected shards of one kind: import them alike, or name them apart");
                }
            }
        }
        return Parse(said.Select(fact => new KeyValuePair<string, string>(fact.Key, fact.Value.Value)));
    }

    /// <summary>Of one shard.</summary>
    public static PoolFacts Of(Shard shard) => Of([shard]);

    /// <summary>The footer with them.</summary>
    public Provenance In(Provenance provenance)
    {
        foreach (var (kind, columns) in new[] { (Picture, Pictures), (Encoder, Encoders), (Token, Tokens), (Pixel, Pixels) })
        {
            foreach (var (column, fact) in columns.OrderBy(fact => fact.Key, StringComparer.Ordinal))
            {
                provenance = provenance.With(kind + column, fact);
            }
        }
        return Classes.Count == 0 ? provenance : provenance.With(ClassNames, JsonSerializer.Serialize(Classes));
    }

    private static string? KindOf(string path)
    {
        if (StorageAddress.IsRemote(path) || !File.Exists(path))
        {
            return null;
        }
        using var file = StoredFiles.Open(path);
        return ParquetFooter.Read(file.Path)?.Kind;
    }

    private static PoolFacts Parse(IEnumerable<KeyValuePair<string, string>> facts)
    {
        var known = facts.ToList();
        return new PoolFacts(Of(Picture), known.Where(fact => fact.Key == Prefix + ClassNames).Select(fact => Names(fact.Value)).FirstOrDefault() ?? []) { Encoders = Of(Encoder), Tokens = Of(Token), Pixels = Of(Pixel) };

        Dictionary<string, string> Of(string kind) =>
            known.Where(fact => fact.Key.StartsWith(Prefix + kind, StringComparison.Ordinal)).ToDictionary(fact => fact.Key[(Prefix + kind).Length..], fact => fact.Value, StringComparer.Ordinal);
    }

    private static bool IsFact(string name) => name == Prefix + ClassNames || new[] { Picture, Encoder, Token, Pixel }.Any(kind => name.StartsWith(Prefix + kind, StringComparison.Ordinal));

    private static string[] Names(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<string?[]>(json) is { } names && names.All(name => !string.IsNullOrEmpty(name)) ? [.. names.OfType<string>()] : [];
        }
        catch (JsonException)
        {
            return []; // Another program wrote it.
        }
    }

    private static string Words(string name) =>
        name == Prefix + ClassNames ? "the classes are"
        : name.StartsWith(Prefix + Picture, StringComparison.Ordinal) ? $"the pictures of {name[(Prefix + Picture).Length..]} are"
        : name.StartsWith(Prefix + Pixel, StringComparison.Ordinal) ? $"the pixels of {name[(Prefix + Pixel).Length..]} are"
        : name.StartsWith(Prefix + Token, StringComparison.Ordinal) ? $"the token ids of {name[(Prefix + Token).Length..]} are"
        : $"the encoder of {name[(Prefix + Encoder).Length..]} is";

    private static string Shown(string value) => value.Length > 80 ? value[..80] + "…" : value;
}
