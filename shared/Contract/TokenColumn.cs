using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Errors;
using ParquetPool.Shards;

namespace ParquetPool.Contract;

/// <summary>What made the token ids of a column, as the footers of its shards and the manifests of models that read it tell.</summary>
/// <param name="Tokenizer">As <c>trainer import --tokens</c> named it.</param>
/// <param name="Sha256">Of all that decides the ids of a text.</param>
/// <param name="Tokens">Ids there are, from 0 on.</param>
/// <param name="Padding">The id that fills short rows up.</param>
public sealed record TokenColumn(string Tokenizer, string Sha256, int Tokens, int Padding)
{
    /// <summary>The most ids of which float32 tells each from the next.</summary>
    public const int MostTokens = 1 << 24;

    /// <summary>The column that an import writes.</summary>
    public const string UsualName = "tokens";

    /// <summary>Of a vocabulary that was learnt from texts: all of it in the order of the ids, with spaces between; null elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Words { get; init; }

    /// <summary>Whether all that must be known is there and can be.</summary>
    [JsonIgnore]
    public bool IsSound => Tokenizer is not null && Sha256 is not null && Tokens is >= 2 and <= MostTokens && Padding >= 0 && Padding < Tokens;

    /// <summary>What is known of the rows, and that this made the column.</summary>
    public PoolFacts In(PoolFacts facts, string column) =>
        facts with { Tokens = new Dictionary<string, string>(facts.Tokens) { [column] = JsonSerializer.Serialize(this, TokenColumnJson.Default.TokenColumn) } };

    /// <summary>What made a column; null where nothing tells it.</summary>
    public static TokenColumn? Of(PoolFacts facts, string column)
    {
        try
        {
            return facts.Tokens.TryGetValue(column, out var json) && JsonSerializer.Deserialize(json, TokenColumnJson.Default.TokenColumn) is { IsSound: true } found ? found : null;
        }
        catch (JsonException)
        {
            return null; // Another program wrote it.
        }
    }

    /// <summary>The one column of the pool whose token ids an import made; null where there is none, or several are.</summary>
    /// <exception cref="DataException">Two shards contradict each other.</exception>
    public static (string Column, TokenColumn Made)? In(ShardSet pool)
    {
        var facts = PoolFacts.Of(pool);
        var found = facts.Tokens.Keys.Select(column => (Column: column, Made: Of(facts, column))).Where(of => of.Made is not null && pool.HasColumn(of.Column)).ToList();
        return found is [(var column, { } made)] ? (column, made) : null;
    }

    /// <summary>Requires that every shard's ids are those that are known.</summary>
    /// <param name="known">What made those that a model or another pool has; null where nothing tells it.</param>
    /// <param name="model">That model or pool, as <c>--tokens</c> takes it.</param>
    /// <param name="column">Of the shards.</param>
    /// <exception cref="DataException">A shard's ids are of another vocabulary, or nothing says of which.</exception>
    public static void Require(TokenColumn? known, string model, ShardSet pool, string column)
    {
        if (known is null)
        {
            return;
        }
        if (!pool.HasColumn(column))
        {
            throw new DataException($"{model} has token ids of {known.Tokenizer} and {pool[0].Path} no column {column}: make them of the texts with 'trainer import --texts FILE --tokens {model}'");
        }
        foreach (var shard in pool)
        {
            var made = Of(PoolFacts.Of(shard), column);
            if (made?.Sha256 != known.Sha256)
            {
                throw new DataException($"{shard.Path}: {(made is null ? $"nothing tells what made the token ids in {column}" : $"the token ids in {column} are of {made.Tokenizer} ({made.Tokens:N0} ids, SHA-256 {Short(made.Sha256)})")}, {model} has those of {known.Tokenizer} ({known.Tokens:N0} ids, SHA-256 {Short(known.Sha256)}): other ids are other words; make them of the texts with 'trainer import --texts FILE --tokens {model}'");
            }
        }
    }

    private static string Short(string sha256) => sha256.Length > 12 ? sha256[..12] + "…" : sha256;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TokenColumn))]
internal sealed partial class TokenColumnJson : JsonSerializerContext;
