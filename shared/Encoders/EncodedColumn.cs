using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Shards;

namespace ParquetPool.Encoders;

/// <summary>What made the vectors of a column, as the footers of its shards tell.</summary>
/// <param name="Encoder">As <c>--encoder</c> named it.</param>
/// <param name="Sha256">Of all that decides a vector: <see cref="TextEncoder.Sha256"/>.</param>
public sealed record EncodedColumn(string Encoder, string Sha256)
{
    /// <summary>What an encoder makes of pictures.</summary>
    public const string OfPictures = "embedding";

    private const string Pixels = "features";

    /// <summary>Whether the rows are pictures, with what an encoder made of them.</summary>
    public static bool IsOfPictures(ShardSet shards) =>
        shards.VectorColumns().Contains(OfPictures) && PoolFacts.Of(shards) is var facts && facts.Pictures.ContainsKey(Pixels) && facts.Encoders.ContainsKey(OfPictures);

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
