using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Errors;

namespace ParquetPool.Scorer.Records;

/// <summary>One of several shares of a pool's shards, each scored by a run of its own.</summary>
/// <remarks>
/// A shard's partition is decided by its name alone: SHA-256 of the name, its first 64 bits modulo the number of partitions. Every machine
/// finds the same answer without asking, and a shard that is added moves no other. Shares are even only on average, so give a partition
/// several shards; one that gets none has nothing to do.
/// </remarks>
/// <param name="Index">From 1.</param>
internal sealed record Partition(int Index, int Count)
{
    /// <summary>Reads <c>3/8</c>.</summary>
    /// <exception cref="UsageException">It is something else.</exception>
    public static Partition Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && index >= 1 && index <= count
                ? new Partition(index, count)
                : throw new UsageException($"--partition is '{text}', expected the share and the number of shares, 1/8 to 8/8");
    }

    /// <summary>Whether the shard of this name belongs to the partition.</summary>
    public bool Has(string shard) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(shard))) % (ulong)Count == (ulong)(Index - 1);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");
}
