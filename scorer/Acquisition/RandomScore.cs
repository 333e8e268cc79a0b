using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>A number in [0, 1) that depends on the seed and the row's id alone, so that random ranking survives any re-sharding.</summary>
public static class RandomScore
{
    /// <summary>The first 53 bits of SHA-256(seed, id).</summary>
    public static double Of(ulong seed, string id)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var message = new byte[sizeof(ulong) + Encoding.UTF8.GetByteCount(id)];
        BinaryPrimitives.WriteUInt64LittleEndian(message, seed);
        Encoding.UTF8.GetBytes(id, message.AsSpan(sizeof(ulong)));
        SHA256.HashData(message, hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
