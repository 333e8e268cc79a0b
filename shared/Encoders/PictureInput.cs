using ParquetPool.Decoding;

namespace ParquetPool.Encoders;

/// <summary>Pictures → the numbers that a model takes, as a <see cref="PictureSpec"/> says.</summary>
/// <param name="meanPicture">[channel, y, x]; null for none.</param>
/// <param name="channelsLast">Whether the model takes [y, x, channel] rather than [channel, y, x].</param>
internal sealed class PictureInput(PictureSpec spec, float[]? meanPicture, bool channelsLast)
{
    private const int Levels = 256;

    /// <summary>[channel * 256 + level]: the number of a byte.</summary>
    private readonly float[] numbers = Numbers(spec);

    public int Length => spec.Pixels.Count;

    /// <summary>Writes the numbers of a picture in the model's size.</summary>
    public void Fill(Picture picture, Span<float> values)
    {
        var (pixels, place) = (picture.Pixels, picture.Width * picture.Height);
        for (var channel = 0; channel < spec.Planes; channel++)
        {
            var byteOf = spec.Pixels.ByteOf(channel);
            var table = numbers.AsSpan(channel * Levels, Levels);
            var mean = meanPicture is null ? [] : meanPicture.AsSpan(channel * place, place);
            for (var pixel = 0; pixel < place; pixel++)
            {
                var value = table[pixels[(pixel * Picture.Stride) + byteOf]];
                values[channelsLast ? (pixel * spec.Planes) + channel : (channel * place) + pixel] = mean.IsEmpty ? value : value - mean[pixel];
            }
        }
    }

    private static float[] Numbers(PictureSpec spec)
    {
        var numbers = new float[spec.Planes * Levels];
        for (var i = 0; i < numbers.Length; i++)
        {
            var (channel, level) = (i / Levels, i % Levels);
            numbers[i] = (float)((((level / 255.0) * spec.Range) - (spec.Mean?[channel] ?? 0)) / (spec.Std?[channel] ?? 1));
        }
        return numbers;
    }
}
