using System.Buffers.Binary;

namespace ParquetPool.Decoding;

/// <summary>The markers of a JPEG file, which tell of a progressive one whether all of it is there: decoders call half of one a success.</summary>
internal static class JpegMarkers
{
    private const byte Mark = 0xFF;
    private const byte Baseline = 0xC0;
    private const byte Progressive = 0xC2;
    private const byte Scan = 0xDA;
    private const byte End = 0xD9;
    private const int Components = 7; // Where a frame tells how many it has, behind its length; a scan does at 2.

    /// <summary>Whether a progressive file ends before its end marker; what a preview in its head holds does not count.</summary>
    public static bool IsCutShort(ReadOnlySpan<byte> file)
    {
        var progressive = false;
        for (var at = 2; at + 1 < file.Length;)
        {
            if (file[at] != Mark)
            {
                var next = file[at..].IndexOf(Mark);
                if (next < 0)
                {
                    break;
                }
                at += next;
                continue;
            }
            var marker = file[at + 1];
            at += marker == Mark ? 1 : 2;
            if (marker == End)
            {
                return false;
            }
            progressive |= marker == Progressive;
            if (marker == Scan && !progressive)
            {
                return false;
            }
            if (HasLength(marker) && at + 2 <= file.Length)
            {
                at += BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            }
        }
        return progressive;
    }

    /// <summary>Whether a decoder holds all coefficients of the file, however small the picture that is asked for: of a progressive one, and of one whose channels follow one another.</summary>
    public static bool IsHeldWhole(ReadOnlySpan<byte> file)
    {
        var channels = 0;
        for (var at = 2; at + 4 <= file.Length;)
        {
            var marker = file[at + 1];
            if (file[at] != Mark || !HasLength(marker))
            {
                at++;
                continue;
            }
            if (marker == Progressive || (marker == Scan && at + 4 < file.Length && file[at + 4] < channels))
            {
                return true;
            }
            if (marker is Scan or End)
            {
                return false;
            }
            channels = marker is >= Baseline and < Progressive && at + 2 + Components < file.Length ? file[at + 2 + Components] : channels;
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }
        return false;
    }

    /// <summary>What a whole file is that no decoder here takes: one of more than eight bits, a lossless one, one of several frames; null for others.</summary>
    public static string? Unsupported(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at + 4 < file.Length && file[at] == Mark && HasLength(file[at + 1]) && file[at + 1] is not (Scan or End); at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]))
        {
            if (file[at + 1] is >= Baseline and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return (file[at + 1] & 3) == 3 ? "lossless JPEG" : (file[at + 1] & 4) != 0 ? "hierarchical JPEG" : file[at + 4] > 8 ? $"JPEG of {file[at + 4]} bits a channel" : null;
            }
        }
        return null;
    }

    /// <summary>All but fill bytes, stuffed zeros, restarts and the like.</summary>
    private static bool HasLength(byte marker) => marker is >= 0xC0 and not (>= 0xD0 and <= 0xD8) and not Mark;
}
