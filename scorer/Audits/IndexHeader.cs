using System.Security.Cryptography;
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
/// <param name="Sha256">Of all that stands before; null in files of earlier versions.</param>
internal sealed record IndexHeader(
    int SchemaVersion, string Compared, int Width, IReadOnlyList<IndexedShard> Shards, IReadOnlyList<IndexedReject> Rejects, IReadOnlyList<int> Counts, string? Sha256 = null)
{
    public const int CurrentSchemaVersion = 1;
    private const int FingerprintBytes = 16;

    /// <summary>Rows of the shards, those without a vector among them.</summary>
    [JsonIgnore]
    public int Rows => Shards.Sum(shard => shard.Rows);

    /// <summary>Where the fingerprints begin: behind the rows and the centres.</summary>
    [JsonIgnore]
    public long FingerprintsAt => (Counts.Sum(count => (long)count) + Counts.Count) * CellRecord.Bytes(Width);

    /// <exception cref="DataException">What stands before the header is not what was written.</exception>
    public void Verify(FileStream file)
    {
        if (Sha256 is null)
        {
            return;
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        file.Position = 0;
        for (var left = FingerprintsAt + (Rows * (long)FingerprintBytes); left > 0 && file.Read(buffer, 0, (int)Math.Min(left, buffer.Length)) is > 0 and var read; left -= read)
        {
            hash.AppendData(buffer, 0, read);
        }
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != Sha256)
        {
            throw new DataException($"{file.Name} has changed since it was written (its SHA-256 is another): remove it and it is made anew, or name another file with --index");
        }
    }

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
