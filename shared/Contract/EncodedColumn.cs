using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Contract;

/// <summary>What made the vectors of a column, as the footers of its shards and the manifests of models that read it tell.</summary>
/// <param name="Encoder">As <c>--encoder</c> named it; of hashed texts <c>text-grams:</c> and what <c>--text-grams</c> named.</param>
/// <param name="Sha256">Of all that decides a vector.</param>
public sealed record EncodedColumn(string Encoder, string Sha256)
{
    /// <summary>What an encoder makes of pictures.</summary>
    public const string OfPictures = "embedding";

    /// <summary>How the name of hashed texts begins.</summary>
    public const string Hashed = "text-grams:";

    private const string Pixels = "features";
    private const int ShownDigits = 12;

    /// <summary>Whether no model made it, but hashed pieces of texts.</summary>
    [JsonIgnore]
    public bool IsHashed => Encoder.StartsWith(Hashed, StringComparison.Ordinal);

    private string Words => $"{Encoder} (SHA-256 {(Sha256.Length > ShownDigits ? Sha256[..ShownDigits] + "…" : Sha256)})";

    private string Option => IsHashed ? $"--text-grams {Encoder[Hashed.Length..]}' and the same --text-width" : $"--encoder {Encoder}'";

    /// <summary>Whether the rows are pictures, with what an encoder made of them.</summary>
    public static bool IsOfPictures(ShardSet shards) =>
        shards.VectorColumns().Contains(OfPictures) && PoolFacts.Of(shards) is var facts && facts.Pictures.ContainsKey(Pixels) && facts.Encoders.ContainsKey(OfPictures);

    /// <summary>Requires that a pool's vectors were made by what is known, where a shard tells.</summary>
    /// <param name="known">What made those that a model or another pool has; null where nothing tells it.</param>
    /// <param name="model">That model or pool, for people.</param>
    /// <param name="column">Of the shards.</param>
    /// <exception cref="DataException">Another encoder made them, or two shards contradict each other.</exception>
    public static void Require(EncodedColumn? known, string model, ShardSet pool, string column)
    {
        if (known is not null && Of(PoolFacts.Of(pool), column) is { } made && made.Sha256 != known.Sha256)
        {
            throw new DataException($"{pool.First(shard => Of(PoolFacts.Of(shard), column) is not null).Path}: the vectors in {column} were made by {made.Words}, {model} has those of {known.Words}: they mean other things; make them with 'trainer import {known.Option}, or train on vectors like these");
        }
    }

    /// <summary>What is known of the rows, and that this made the column.</summary>
    public PoolFacts In(PoolFacts facts, string column) =>
        facts with { Encoders = new Dictionary<string, string>(facts.Encoders) { [column] = JsonSerializer.Serialize(this, EncodedColumnJson.Default.EncodedColumn) } };

    /// <summary>What made a column; null where nothing tells it.</summary>
    public static EncodedColumn? Of(PoolFacts facts, string column)
    {
        try
        {
            return facts.Encoders.TryGetValue(column, out var json) && JsonSerializer.Deserialize(json, EncodedColumnJson.Default.EncodedColumn) is { Encoder: not null, Sha256: not null } found ? found : null;
        }
        catch (JsonException)
        {
            return null; // Another program wrote it.
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EncodedColumn))]
internal sealed partial class EncodedColumnJson : JsonSerializerContext;
