namespace ParquetPool.Decoding;

/// <summary>Pixels of a picture: <c>[(y * Width + x) * 4 + channel]</c>, red, green, blue and a fourth byte that nobody reads.</summary>
/// <remarks>Four bytes a pixel, so that one is one load of a vector register.</remarks>
public sealed record Picture(int Width, int Height, byte[] Pixels)
{
    public const int Stride = 4;

    /// <summary>The picture that has each pixel's lightness in all three channels (ITU-R 601-2, rounded as Pillow's mode L).</summary>
    public Picture Grey()
    {
        var grey = new byte[Pixels.Length];
        for (var i = 0; i < grey.Length; i += Stride)
        {
            var level = Lightness(Pixels[i], Pixels[i + 1], Pixels[i + 2]);
            (grey[i], grey[i + 1], grey[i + 2]) = (level, level, level);
        }
        return this with { Pixels = grey };
    }

    public static byte Lightness(int red, int green, int blue) => (byte)(((red * 19595) + (green * 38470) + (blue * 7471) + 0x8000) >> 16);

    /// <summary>The numbers 0 to 1 of the first <paramref name="channels"/>, channel by channel, in each row by row.</summary>
    public void Fill(Span<float> numbers, int channels)
    {
        for (var (channel, place) = (0, 0); channel < channels; channel++)
        {
            for (var i = channel; i < Pixels.Length; i += Stride)
            {
                numbers[place++] = Pixels[i] / 255f;
            }
        }
    }
}
