using ParquetPool.Pictures;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Showing;

/// <summary>The rows' pictures, small enough that all of them fit a page.</summary>
/// <param name="format">How vectors are pictures; null where they are none.</param>
/// <param name="rows">Rows that share the room.</param>
internal sealed class Thumbnails(PictureFormat? format, int rows)
{
    private const long MostBytes = 24 << 20;
    private const int MostSide = 128;
    private const int LeastSide = 16;

    private long left = MostBytes;

    /// <summary>Picture files that had no room.</summary>
    public int LeftOut { get; private set; }

    /// <summary>A row's picture as an address that holds it: the file that it holds, as it is, or of its vector, made smaller; null where it has neither.</summary>
    public string? Of(ShownRow row)
    {
        if (row.Picture is { } file && left >= file.Length)
        {
            left -= file.Length;
            return $"data:{PictureBytes.MediaType(file)};base64,{Convert.ToBase64String(file)}";
        }
        if (format is not null && row.Vector is { } vector)
        {
            var (low, high) = PngFile.RangeOf(vector);
            var side = Math.Clamp((int)Math.Sqrt((double)MostBytes / ((long)rows * format.Channels)), LeastSide, MostSide);
            var (pixels, height, width) = Shrunk(format.Pixels(vector, low, high), format.Channels, format.Height, format.Width, side);
            return PngFile.Address(pixels, format.Channels, height, width);
        }
        LeftOut += row.Picture is null ? 0 : 1;
        return null;
    }

    /// <summary>A picture whose longer side is no longer than <paramref name="side"/>: each pixel the mean of those that it stands for.</summary>
    /// <param name="pixels">Row after row, a byte a channel.</param>
    internal static (byte[] Pixels, int Height, int Width) Shrunk(byte[] pixels, int channels, int height, int width, int side)
    {
        var longer = Math.Max(height, width);
        if (longer <= side)
        {
            return (pixels, height, width);
        }
        var (rows, columns) = (Math.Max(1, height * side / longer), Math.Max(1, width * side / longer));
        var small = new byte[rows * columns * channels];
        for (var i = 0; i < small.Length; i++)
        {
            var (y, x, channel) = (i / channels / columns, i / channels % columns, i % channels);
            var (top, bottom, start, end) = (y * height / rows, (y + 1) * height / rows, x * width / columns, (x + 1) * width / columns);
            long sum = 0;
            for (var at = top; at < bottom; at++)
            {
                for (var across = start; across < end; across++)
                {
                    sum += pixels[(((at * width) + across) * channels) + channel];
                }
            }
            var count = (long)(bottom - top) * (end - start);
            small[i] = (byte)((sum + (count / 2)) / count);
        }
        return (small, rows, columns);
    }
}
