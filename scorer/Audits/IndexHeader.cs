using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Scorer.Cells;
using ParquetPool.Scorer.Records;

namespace ParquetPool.Scorer.Audits;

/// <summary>The end of a saved index: what it is of.</summary>
/// <param name="Compared">What its vectors are made of.</param>
/// <param name="Width">Elements of a vector.</param>
/// <param name="Shards">Rows are numbered through them.</param>
/// <param name="Rejects">Rows without a vector.</param>
/// <param name="Counts">[cell]: its rows.</param>
/// <param name="Sha256">Of all bytes before the header.</param>
internal sealed record IndexHeader(
    int SchemaVersion, string Compared, int Width, IReadOnlyList<IndexedShard> Shards, IReadOnlyList<IndexedReject> Rejects, IReadOnlyList<int> Counts, string Sha256)
{
    /// <summary>2: with checksums; an index of an earlier version is made anew.</summary>
    public const int CurrentSchemaVersion = 2;
    private const int FingerprintBytes = 16;

    /// <summary>Rows of the shards, those without a vector among them.</summary>
    [JsonIgnore]
    public int Rows => Shards.Sum(shard => shard.Rows);

    /// <summary>Where the fingerprints begin: behind the rows and the centres.</summary>
    [JsonIgnore]
    public long FingerprintsAt => (Counts.Sum(count => (long)count) + Counts.Count) * CellRecord.Bytes(Width);

    /// <summary>Bytes before the header.</summary>
    [JsonIgnore]
    public long DataBytes => FingerprintsAt + ((long)Rows * FingerprintBytes);

    /// <summary>Writes JSON, its SHA-256, then its length in 8 bytes.</summary>
    public void Write(Stream stream)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, IndexJson.Default.IndexHeader);
        stream.Write(json);
        stream.Write(SHA256.HashData(json));
        stream.Write(BitConverter.GetBytes((long)json.Length));
    }

    /// <exception cref="DataException">The file does not end with one, is not as long as it says, or was changed.</exception>
    public static IndexHeader Read(FileStream file)
    {
        if (Header(file) is not { } header || header.SchemaVersion != CurrentSchemaVersion || !header.IsSound())
        {
            throw new DataException($"{file.Name} is no index that this version reads: name another file with --index, or remove it and it is made anew");
        }
        return header.Sha256 == Hash(file, header.DataBytes)
            ? header
            : throw new DataException($"{file.Name} is not as it was written, a disk or a copy has changed it: remove it and it is made anew");
    }

    private static IndexHeader? Header(FileStream file)
    {
        var (hash, length) = (new byte[SHA256.HashSizeInBytes], new byte[sizeof(long)]);
        try
        {
            file.Position = Math.Max(0, file.Length - hash.Length - length.Length);
            file.ReadExactly(hash);
            file.ReadExactly(length);
            var json = new byte[Math.Clamp(BitConverter.ToInt64(length), 0, file.Length - hash.Length - length.Length)];
            file.Position = file.Length - hash.Length - length.Length - json.Length;
            file.ReadExactly(json);
            return SHA256.HashData(json).AsSpan().SequenceEqual(hash)
                && JsonSerializer.Deserialize(json, IndexJson.Default.IndexHeader) is { } header && RecordWalk.IsSound(header)
                && file.Length == header.DataBytes + json.Length + hash.Length + length.Length ? header : null;
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private bool IsSound() =>
        Width > 0 && Counts.All(count => count >= 0) && Shards.All(shard => shard.Rows >= 0) && Rejects.All(reject => reject.Row >= 0 && reject.Row < Rows)
        && FileName.Fault(Shards.Select(shard => shard.Name), "shard") is null;

    private static string Hash(FileStream file, long bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        file.Position = 0;
        while (bytes > 0 && file.Read(buffer, 0, (int)Math.Min(bytes, buffer.Length)) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            bytes -= read;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

internal sealed record IndexedShard(string Name, string Sha256, int Rows);

internal sealed record IndexedReject(int Row, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IndexHeader))]
internal sealed partial class IndexJson : JsonSerializerContext;
