using System.Buffers.Binary;

namespace ParquetPool.Fuzz;

/// <summary>Changes bytes, whatever they mean.</summary>
internal static class ByteMutator
{
    private const int Footer = 600;

    /// <param name="other">Where pieces are taken from.</param>
    public static byte[] Change(byte[] bytes, Random draw, byte[] other)
    {
        if (bytes.Length == 0)
        {
            return [(byte)draw.Next(256)];
        }
        var at = draw.Next(bytes.Length);
        var copy = bytes.ToArray();
        switch (draw.Next(9))
        {
            case 0:
                copy[at] ^= (byte)(1 << draw.Next(8));
                return copy;
            case 1:
                copy[at] = (byte)draw.Next(256);
                return copy;
            case 2:
                return copy[..at];
            case 3:
                return [.. copy[..at], .. copy[Math.Min(copy.Length, at + draw.Next(1, 40))..]];
            case 4:
                return [.. copy[..at], .. Piece(other, draw), .. copy[at..]];
            case 5:
                return [.. copy[..at], .. Piece(copy, draw), .. copy[at..]];
            case 6 when copy.Length >= 8:
                BinaryPrimitives.WriteInt64LittleEndian(copy.AsSpan(Math.Min(at, copy.Length - 8)), Extremes.Whole(draw));
                return copy;
            case 7 when copy.Length >= 4:
                BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(Math.Min(at, copy.Length - 4)), (int)Extremes.Whole(draw));
                return copy;
            default:
                copy.AsSpan(at, Math.Min(copy.Length - at, draw.Next(1, 16))).Fill((byte)(draw.Next(2) * 255));
                return copy;
        }
    }

    /// <summary>Mostly near the end, where a Parquet file describes itself.</summary>
    public static byte[] ChangeEnd(byte[] bytes, Random draw)
    {
        var from = draw.Next(3) == 0 ? 0 : Math.Max(0, bytes.Length - Footer);
        return [.. bytes[..from], .. Change(bytes[from..], draw, bytes)];
    }

    private static byte[] Piece(byte[] bytes, Random draw)
    {
        var from = draw.Next(bytes.Length + 1);
        return bytes[from..Math.Min(bytes.Length, from + draw.Next(1, 200))];
    }
}
