using System.Globalization;
using ParquetPool.Errors;

namespace ParquetPool.Pictures;

/// <summary>How a row's values lie as an image: channel by channel, in each row by row.</summary>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    private const int LeastSide = 8;

    /// <summary>Values of an image.</summary>
    public long Size => (long)Channels * Height * Width;

    /// <summary>Reads <c>28x28</c> (one channel) or <c>3x32x32</c>.</summary>
    /// <exception cref="UsageException">It is neither, or the image is too small to be shifted.</exception>
    public static ImageShape Parse(string text)
    {
        var sides = text.Split('x').Select(t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var side) ? side : 0).ToArray();
        return sides is [var h, var w] ? Of(text, 1, h, w)
            : sides is [var c, var y, var x] ? Of(text, c, y, x)
            : throw Refused(text);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Channels}x{Height}x{Width}");

    private static ImageShape Of(string text, int channels, int height, int width) =>
        channels > 0 && Math.Min(height, width) >= LeastSide ? new(channels, height, width) : throw Refused(text);

    private static UsageException Refused(string text) =>
        new($"--image {text} is no image, expected HEIGHTxWIDTH or CHANNELSxHEIGHTxWIDTH with sides of {LeastSide} or more, such as 28x28 or 3x32x32 (channel by channel)");
}
