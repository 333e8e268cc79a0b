using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Commands;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Audits;

/// <summary>The end of a saved index: what it is of.</summary>
/// <param name="Compared">What its vectors are made of.</param>
/// <param name="Width">Elements of a vector.</param>
/// <param name="Shards">Rows are numbered through them.</param>
/// <param name="Rejects">Rows without a vector.</param>
/// <param name="Counts">[cell]: its rows.</param>
internal sealed record IndexHeader(
    int SchemaVersion, string Compared, int Width, IReadOnlyList<IndexedShard> Shards, IReadOnlyList<IndexedReject> Rejects, IReadOnlyList<int> Counts)
{
    public const int CurrentSchemaVersion = 1;
    private const int FingerprintBytes = 16;

    /// <summary>Rows of the shards, those without a vector among them.</summary>
    [JsonIgnore]
    public int Rows => Shards.Sum(shard => shard.Rows);

    /// <summary>Where the fingerprints begin: behind the rows and the centres.</summary>
    [JsonIgnore]
    public long FingerprintsAt => (Counts.Sum(count => (long)count) + Counts.Count) * CellRecord.Bytes(Width);

    /// <summary>Writes JSON, then its length in 8 bytes.</summary>
    public void Write(Stream stream)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, IndexJson.Default.IndexHeader);
        stream.Write(json);
        stream.Write(BitConverter.GetBytes((long)json.Length));
    }

    /// <exception cref="DataException">The file does not end with one, or is not as long as it says.</exception>
    public static IndexHeader Read(FileStream file)
    {
        var length = new byte[sizeof(long)];
        try
        {
            file.Position = Math.Max(0, file.Length - length.Length);
            file.ReadExactly(length);
            var json = new byte[Math.Clamp(BitConverter.ToInt64(length), 0, file.Length - length.Length)];
            file.Position = file.Length - length.Length - json.Length;
            file.ReadExactly(json);
            var header = JsonSerializer.Deserialize(json, IndexJson.Default.IndexHeader)!;
            if (header.SchemaVersion == CurrentSchemaVersion && file.Length == header.FingerprintsAt + (header.Rows * FingerprintBytes) + json.Length + length.Length)
            {
                return header;
            }
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException)
        {
        }
        throw new DataException($"{file.Name} is no index that this version reads: name another file with --index, or remove it and it is made anew");
    }
}

internal sealed record IndexedShard(string Name, string Sha256, int Rows);

internal sealed record IndexedReject(int Row, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IndexHeader))]
internal sealed partial class IndexJson : JsonSerializerContext;
