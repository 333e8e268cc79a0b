using System.Buffers;
using System.Runtime.Intrinsics.X86;

namespace ParquetPool.Jpegs;

/// <summary>The pixels of plain JPEGs, by vector code; the bytes are libjpeg's.</summary>
/// <remarks>
/// For what most JPEGs are (<see cref="JpegFrame"/>), whole and without a fault. Whatever else there is, and processors without AVX2, are left to another
/// decoder, so that no file is judged here. Holds two rows of groups of each channel, and the coded bytes. Thread-safe.
/// </remarks>
internal static class BaselineJpeg
{
    private const int Block = 8;

    /// <summary>Decodes at the file's size, a half, a quarter or an eighth.</summary>
    /// <param name="width">Pixels of the picture that is asked for.</param>
    /// <param name="pixels">[(y * width + x) * 4 + channel]: red, green, blue, 255; anything where false is returned.</param>
    /// <returns>Whether the file is one that is decoded here, in that size.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> file, int width, int height, Span<byte> pixels)
    {
        if (!Avx2.IsSupported || JpegFrame.Read(file) is not { } frame || Side(frame, width, height) is not (> 0 and var side) || !IsSmooth(frame, side))
        {
            return false;
        }
        var coded = ArrayPool<byte>.Shared.Rent(file.Length - frame.Scan + CoefficientReader.Pad);
        try
        {
            using var rows = new PictureRows(frame, side, width, height);
            return Decode(file, frame, coded, rows, pixels);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(coded);
        }
    }

    /// <summary>Pixels of a block's sides in a picture of that size; 0 for a size that it cannot have.</summary>
    private static int Side(JpegFrame frame, int width, int height)
    {
        for (var side = Block; side > 0; side /= 2)
        {
            if (Share(frame.Width, side) == width && Share(frame.Height, side) == height)
            {
                return side;
            }
        }
        return 0;

        static int Share(int length, int side) => ((length * side) + Block - 1) / Block;
    }

    /// <summary>Whether libjpeg makes chroma of half a row by its triangle filter, if of any.</summary>
    private static bool IsSmooth(JpegFrame frame, int side) => frame.Channels[0].Across == 1 || (frame.Width > 2 * Block && (side > 1 || frame.Channels[0].Down > 1));

    private static bool Decode(ReadOnlySpan<byte> file, JpegFrame frame, byte[] coded, PictureRows rows, Span<byte> pixels)
    {
        Span<short> block = stackalloc short[Block * Block];
        block.Clear();
        var (at, part) = (frame.Scan, 0);
        var marker = (byte)0;
        var coefficients = default(CoefficientReader);
        var left = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            for (var group = 0; group < rows.Groups; group++)
            {
                if (left-- == 0)
                {
                    if (part > 0 && (!coefficients.IsAtEnd || marker != 0xD0 + ((part - 1) % 8)))
                    {
                        return false;
                    }
                    marker = Next(file, ref at, coded, out var length);
                    coefficients = new(coded.AsSpan(0, length));
                    rows.Restart();
                    left = frame.Restart == 0 ? int.MaxValue : frame.Restart - 1;
                    part++;
                }
                if (!rows.Read(ref coefficients, group, row, block) || coefficients.IsBeyond)
                {
                    return false;
                }
            }
            rows.Write(row, pixels);
        }
        return coefficients.IsAtEnd && marker == 0xD9;
    }

    /// <summary>The coded bytes up to the next marker, without the zeros that tell an FF from one.</summary>
    /// <returns>The marker; 0 for none.</returns>
    private static byte Next(ReadOnlySpan<byte> file, ref int at, Span<byte> coded, out int length)
    {
        length = 0;
        var marker = (byte)0;
        while (marker == 0)
        {
            var run = file[at..].IndexOf((byte)0xFF);
            if (run < 0 || at + run + 1 >= file.Length)
            {
                break;
            }
            file.Slice(at, run).CopyTo(coded[length..]);
            marker = file[at + run + 1];
            at += run + 2;
            length += run;
            if (marker == 0)
            {
                coded[length++] = 0xFF;
            }
        }
        coded.Slice(length, CoefficientReader.Pad).Clear();
        length += CoefficientReader.Pad;
        return marker;
    }
}
