using ParquetPool.Decoding;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Overlaps;

namespace ParquetPool.Scorer.Tests.Overlaps;

/// <summary>A scene of waves, seen through windows of any size and resolution: level at (u, v) of the unit square.</summary>
internal sealed class Texture
{
    private const int Waves = 24;
    private readonly (double Across, double Down, double Phase)[] waves;

    public Texture(ulong seed)
    {
        var random = new PhiloxStream(seed, 0);
        waves = [.. Enumerable.Range(0, Waves).Select(_ => ((random.Uniform() - 0.5) * 100, (random.Uniform() - 0.5) * 100, random.Uniform() * 7))];
    }

    /// <summary>[y, x]: a window from (left, top), so wide and high, in so many pixels.</summary>
    public byte[,] Seen(double left, double top, double width, double height, int across, int down, double gain = 1, double offset = 0)
    {
        var levels = new byte[down, across];
        for (var y = 0; y < down; y++)
        {
            for (var x = 0; x < across; x++)
            {
                var (u, v) = (left + ((x + 0.5) / across * width), top + ((y + 0.5) / down * height));
                var sum = waves.Sum(wave => Math.Sin((wave.Across * u) + (wave.Down * v) + wave.Phase));
                levels[y, x] = (byte)Math.Clamp(128 + (18 * sum * gain) + offset, 0, 255);
            }
        }
        return levels;
    }

    public static byte[,] Turned(byte[,] levels)
    {
        var turned = new byte[levels.GetLength(1), levels.GetLength(0)];
        for (var y = 0; y < turned.GetLength(0); y++)
        {
            for (var x = 0; x < turned.GetLength(1); x++)
            {
                turned[y, x] = levels[levels.GetLength(0) - 1 - x, y];
            }
        }
        return turned;
    }

    public static byte[,] Mirrored(byte[,] levels)
    {
        var mirrored = new byte[levels.GetLength(0), levels.GetLength(1)];
        for (var y = 0; y < mirrored.GetLength(0); y++)
        {
            for (var x = 0; x < mirrored.GetLength(1); x++)
            {
                mirrored[y, x] = levels[y, levels.GetLength(1) - 1 - x];
            }
        }
        return mirrored;
    }

    public static GreyPicture Grey(byte[,] levels) => new(levels.GetLength(1), levels.GetLength(0), levels.Cast<byte>().ToArray());

    /// <summary>As a row of a pool holds it.</summary>
    public static byte[] File(byte[,] levels)
    {
        var pixels = levels.Cast<byte>().SelectMany(level => new[] { level, level, level, byte.MaxValue }).ToArray();
        return Thumbnail.Encode(new Picture(levels.GetLength(1), levels.GetLength(0), pixels));
    }
}
