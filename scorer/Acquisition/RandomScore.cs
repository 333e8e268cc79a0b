using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Acquisition;

/// <summary>A number in [0, 1) that depends on the seed and the row's id alone, so that random ranking survives any re-sharding.</summary>
internal static class RandomScore
{
    /// <summary>The first 53 bits of SHA-256(seed, id).</summary>
    public static double Of(ulong seed, string id)
    {
        var message = new byte[sizeof(ulong) + Encoding.UTF8.GetByteCount(id)];
        BinaryPrimitives.WriteUInt64LittleEndian(message, seed);
        Encoding.UTF8.GetBytes(id, message.AsSpan(sizeof(ulong)));
        return Number(message);
    }

    /// <summary>A number for another purpose than ranking at random: the first 53 bits of SHA-256(seed, 255, purpose, id). As 255 is no byte of UTF-8, no id's random score is the same.</summary>
    public static double Of(ulong seed, string id, Purpose purpose)
    {
        const int Head = sizeof(ulong) + 1 + sizeof(uint);
        var message = new byte[Head + Encoding.UTF8.GetByteCount(id)];
        BinaryPrimitives.WriteUInt64LittleEndian(message, seed);
        message[sizeof(ulong)] = 255;
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(sizeof(ulong) + 1), (uint)purpose);
        Encoding.UTF8.GetBytes(id, message.AsSpan(Head));
        return Number(message);
    }

    private static double Number(byte[] message)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
