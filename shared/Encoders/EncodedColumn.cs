using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Columns;
using ParquetPool.Shards;

namespace ParquetPool.Encoders;

/// <summary>Which encoder made a column of a shard, as the shard's footer tells.</summary>
/// <param name="Column">The column.</param>
/// <param name="Encoder">As <c>--encoder</c> named it.</param>
/// <param name="Sha256">Of the model's bytes.</param>
public sealed record EncodedColumn([property: JsonIgnore] string Column, string Encoder, string Sha256)
{
    private const string Known = "parquetpool.";
    private const string Prefix = "encoder.";

    /// <summary>The provenance of a shard with the column.</summary>
    public Provenance In(Provenance shard) => shard.With(Name(Column), JsonSerializer.Serialize(this, EncodedColumnJson.Default.EncodedColumn));

    /// <summary>Of a column of a shard; null where its footer names no encoder.</summary>
    public static EncodedColumn? Of(string path, string column)
    {
        try
        {
            return FileFacts.Read(path).TryGetValue(Known + Name(column), out var json)
                && JsonSerializer.Deserialize(json, EncodedColumnJson.Default.EncodedColumn) is { Encoder: not null, Sha256: not null } found ? found with { Column = column } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The provenance of a shard made of another's rows, which tells of its encoders too.</summary>
    public static Provenance Carried(Provenance made, string source) =>
        FileFacts.Read(source).Where(entry => entry.Key.StartsWith(Known + Prefix, StringComparison.Ordinal)).OrderBy(entry => entry.Key, StringComparer.Ordinal).Aggregate(made, (so, entry) => so.With(entry.Key[Known.Length..], entry.Value));

    private static string Name(string column) => Prefix + column;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EncodedColumn))]
internal sealed partial class EncodedColumnJson : JsonSerializerContext;
