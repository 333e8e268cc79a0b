using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ParquetPool.Decoding;

/// <summary>How a camera was held, as EXIF tells it, 1 to 8, and the picture turned upright.</summary>
internal static class Orientation
{
    public const int Upright = 1;
    private const int Tag = 0x0112;
    private const int EntryBytes = 12;

    /// <summary>The orientation of a PNG's <c>eXIf</c> chunk; <see cref="Upright"/> where it has none.</summary>
    public static int OfPng(ReadOnlySpan<byte> file)
    {
        const int Signature = 8, Frame = 12;
        for (var at = Signature; at + Frame <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - Frame)
            {
                break;
            }
            if (file.Slice(at + 4, 4).SequenceEqual("eXIf"u8))
            {
                return OfExif(file.Slice(at + 8, (int)length));
            }
            at += (int)length + Frame;
        }
        return Upright;
    }

    /// <summary>Of a TIFF structure, with or without <c>Exif</c> before it.</summary>
    public static int OfExif(ReadOnlySpan<byte> exif)
    {
        exif = exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;
        if (exif.Length < 8)
        {
            return Upright;
        }
        var little = exif[0] == 'I';
        var first = Long(exif[4..], little);
        if (first > exif.Length - 2)
        {
            return Upright;
        }
        var entries = exif[(int)first..];
        for (var (count, at) = (Short(entries, little), 2); count > 0 && at + EntryBytes <= entries.Length; count--, at += EntryBytes)
        {
            if (Short(entries[at..], little) == Tag)
            {
                return Short(entries[(at + 8)..], little) is >= Upright and <= 8 and var found ? found : Upright;
            }
        }
        return Upright;
    }

    /// <summary>Whether width and height change places.</summary>
    public static bool Turns(int orientation) => orientation > 4;

    /// <summary>The picture turned and mirrored as its orientation asks.</summary>
    public static Picture Apply(Picture picture, int orientation)
    {
        if (orientation == Upright)
        {
            return picture;
        }
        var (width, height) = Turns(orientation) ? (picture.Height, picture.Width) : (picture.Width, picture.Height);
        var upright = new Picture(width, height, new byte[picture.Pixels.Length]);
        var from = MemoryMarshal.Cast<byte, uint>(picture.Pixels.AsSpan());
        var to = MemoryMarshal.Cast<byte, uint>(upright.Pixels.AsSpan());
        var (right, below) = (picture.Width - 1, picture.Height - 1);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (fromX, fromY) = orientation switch
                {
                    2 => (right - x, y),
                    3 => (right - x, below - y),
                    4 => (x, below - y),
                    5 => (y, x),
                    6 => (y, below - x),
                    7 => (right - y, below - x),
                    _ => (right - y, x),
                };
                to[(y * width) + x] = from[(fromY * picture.Width) + fromX];
            }
        }
        return upright;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Long(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
