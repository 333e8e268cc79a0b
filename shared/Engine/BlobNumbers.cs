using System.Runtime.InteropServices;

namespace ParquetPool.Engine;

/// <summary>Blobs of little-endian numbers.</summary>
internal static class BlobNumbers
{
    /// <summary>Bytes of a number.</summary>
    public static int Size(BlobType type) => type switch { BlobType.Float64 => sizeof(double), BlobType.Float16 => 2, BlobType.UInt8 => 1, _ => sizeof(float) };

    /// <summary>Fills the target with the blob's numbers as float32; false where one is not finite.</summary>
    /// <remarks>The blob holds as many numbers as the target.</remarks>
    public static bool Copy(ReadOnlySpan<byte> blob, BlobType type, Span<float> target)
    {
        if (type == BlobType.Float32)
        {
            return FiniteCopy.Copy(blob, target);
        }
        var finite = true;
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = Number(blob[(i * Size(type))..], type);
            finite &= float.IsFinite(target[i]);
        }
        return finite;
    }

    private static float Number(ReadOnlySpan<byte> bytes, BlobType type) => type switch
    {
        BlobType.Float64 => (float)MemoryMarshal.Read<double>(bytes),
        BlobType.Float16 => (float)MemoryMarshal.Read<Half>(bytes),
        _ => bytes[0],
    };
}
