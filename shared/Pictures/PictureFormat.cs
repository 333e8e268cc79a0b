using System.Globalization;
using ParquetPool.Errors;

namespace ParquetPool.Pictures;

/// <summary>How the numbers of a vector are a picture: grey, or red, green and blue, channel after channel or pixel after pixel.</summary>
/// <param name="Channels">1 or 3.</param>
/// <param name="ChannelsLast">Each pixel's channels stand together.</param>
public sealed record PictureFormat(int Channels, int Height, int Width, bool ChannelsLast)
{
    /// <summary>The option's word for a grey square picture of whatever side.</summary>
    public const string Square = "square";

    /// <summary>Numbers of a picture.</summary>
    public int Numbers => Channels * Height * Width;

    /// <summary>The place of a channel of a pixel.</summary>
    public int At(int channel, int y, int x) => ChannelsLast ? (((y * Width) + x) * Channels) + channel : (((channel * Height) + y) * Width) + x;

    /// <summary>The picture channel after channel: itself where it is so.</summary>
    public float[] ChannelsFirst(float[] picture)
    {
        if (!ChannelsLast)
        {
            return picture;
        }
        var (turned, pixels) = (new float[Numbers], Height * Width);
        for (var i = 0; i < turned.Length; i++)
        {
            turned[i] = picture[(i % pixels * Channels) + (i / pixels)];
        }
        return turned;
    }

    /// <summary>Reads <c>28x28</c>, <c>3x32x32</c> or <c>32x32x3</c>; null for <see cref="Square"/>, whose side the column tells.</summary>
    /// <exception cref="UsageException">The text is none of these.</exception>
    public static PictureFormat? Parse(string text)
    {
        if (text == Square)
        {
            return null;
        }
        return Of(Dims(text)) ?? throw new UsageException($"--image {text} is no picture, expected height x width (28x28), channels x height x width (3x32x32), height x width x channels (32x32x3) or {Square}");
    }

    /// <summary>Whether <see cref="Parse"/> makes a format of the text.</summary>
    public static bool IsOne(string text) => Of(Dims(text)) is not null;

    /// <summary>The format of a model's input without its batch; null where it is no picture.</summary>
    public static PictureFormat? Of(IReadOnlyList<int> dims) => dims switch
    {
        _ when dims.Any(dim => dim is < 1 or > 4096) => null,
        [var height, var width] => new(1, height, width, false),
        [1 or 3, var height, var width] => new(dims[0], height, width, false),
        [var height, var width, 1 or 3] => new(dims[2], height, width, true),
        _ => null,
    };

    /// <summary>The grey square picture of so many numbers; null where they make none.</summary>
    public static PictureFormat? SquareOf(int numbers) =>
        (int)Math.Sqrt(numbers) is var side && side * side == numbers ? new(1, side, side, false) : null;

    /// <summary>The picture's bytes, pixel after pixel, a byte a channel.</summary>
    /// <param name="low">The number that is black.</param>
    /// <param name="high">The number that is full.</param>
    public byte[] Pixels(ReadOnlySpan<float> vector, float low, float high)
    {
        var bytes = new byte[Numbers];
        var scale = high > low ? 255.0 / ((double)high - low) : 0;
        var pixels = Height * Width;
        for (var i = 0; i < bytes.Length; i++)
        {
            var at = ChannelsLast ? i : (i % Channels * pixels) + (i / Channels);
            bytes[i] = (byte)Math.Clamp(Math.Round(((double)vector[at] - low) * scale), 0, 255);
        }
        return bytes;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        ChannelsLast ? $"{Height}x{Width}x{Channels}" : Channels == 1 ? $"{Height}x{Width}" : $"{Channels}x{Height}x{Width}";

    private static int[] Dims(string text) => [.. text.Split('x').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var dim) ? dim : 0)];
}
