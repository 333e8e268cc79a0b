using System.Buffers.Binary;
using System.IO.Compression;

namespace ParquetPool.Pictures;

/// <summary>Pictures as PNG files: W3C, Portable Network Graphics (third edition).</summary>
public static class PngFile
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The numbers that are black and full in a picture: 0 and 1, or 0 and 255, where its numbers lie between them, or else the least and the greatest.</summary>
    public static (float Low, float High) RangeOf(float[] vector)
    {
        var (low, high) = (vector.Min(), vector.Max());
        return low >= 0 && high <= 1 ? (0, 1) : low >= 0 && high <= 255 ? (0, 255) : (low, high);
    }

    /// <summary>A picture as an address that holds it.</summary>
    /// <param name="pixels">As of <see cref="Of"/>.</param>
    public static string Address(ReadOnlySpan<byte> pixels, int channels, int height, int width) => $"data:image/png;base64,{Convert.ToBase64String(Of(pixels, channels, height, width))}";

    /// <summary>A picture as a file.</summary>
    /// <param name="pixels">Row after row, a byte a channel; 1 channel is grey, 3 are red, green and blue.</param>
    public static byte[] Of(ReadOnlySpan<byte> pixels, int channels, int height, int width)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // Bits a channel.
        header[9] = (byte)(channels == 1 ? 0 : 2);
        using var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                deflate.WriteByte(0); // No filter.
                deflate.Write(pixels.Slice(y * width * channels, width * channels));
            }
        }
        return [.. Signature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, data.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        var chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), Crc(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }
        return ~crc;
    }
}
