namespace ParquetPool.Pictures;

/// <summary>Flips, shifts, rescales, brightens and darkens an image and adds noise; each by chance and by a drawn amount.</summary>
/// <param name="shape">How the values lie.</param>
/// <param name="least">The least value of the data; what is altered stays within, as a stored image does.</param>
/// <param name="most">The greatest value of the data.</param>
/// <param name="deviation">The standard deviation of the data's values, the measure of brightness and noise.</param>
public sealed class ImageAugmentation(PictureFormat shape, float least, float most, float deviation) : IAugmentation
{
    private const float Flipped = 0.5f;
    private const float Rescaled = 0.3f;
    private const float Shift = 0.1f;
    private const float Zoom = 0.1f;
    private const float Gain = 0.4f;
    private const float Brightness = 0.6f;
    private const float Noisy = 0.5f;
    private const float Noise = 0.4f;
    private const int Choices = 12;

    /// <inheritdoc/>
    public int Words => Choices + shape.Numbers;

    /// <inheritdoc/>
    public void Alter(ReadOnlySpan<float> row, CopyDraws draws, Span<float> copy)
    {
        Move(row, ref draws, copy);
        var gain = draws.Between(1 - Gain, 1 + Gain);
        var pivot = draws.Chance(0.5f) ? least : Mean(row);
        var offset = pivot - (gain * pivot) + (draws.Between(-Brightness, Brightness) * deviation);
        var noise = draws.Chance(Noisy) ? draws.Between(0, Noise) * deviation : 0;
        foreach (ref var value in copy)
        {
            value = Math.Clamp((gain * value) + offset + (noise * draws.Noise()), least, most);
        }
    }

    /// <summary>Flip, shift and zoom; what comes in from beyond the edge is the edge, or the least value.</summary>
    private void Move(ReadOnlySpan<float> row, ref CopyDraws draws, Span<float> copy)
    {
        var (flipped, rescaled, repeats) = (draws.Chance(Flipped), draws.Chance(Rescaled), draws.Chance(0.5f));
        var (down, right) = (draws.Between(-Shift, Shift) * shape.Height, draws.Between(-Shift, Shift) * shape.Width);
        var zoom = draws.Between(1 - Zoom, 1 + Zoom);
        if (!rescaled)
        {
            // Whole pixels keep the image sharp.
            (down, right, zoom) = (MathF.Round(down), MathF.Round(right), 1);
        }
        var (middleY, middleX) = ((shape.Height - 1) / 2f, (shape.Width - 1) / 2f);
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            for (var y = 0; y < shape.Height; y++)
            {
                var fromY = ((y - middleY) * zoom) + middleY - down;
                for (var x = 0; x < shape.Width; x++)
                {
                    var fromX = ((x - middleX) * zoom) + middleX - right;
                    copy[shape.At(channel, y, x)] = Sample(row, channel, fromY, flipped ? shape.Width - 1 - fromX : fromX, repeats);
                }
            }
        }
    }

    /// <summary>The value between the four pixels around a place.</summary>
    private float Sample(ReadOnlySpan<float> row, int channel, float y, float x, bool repeats)
    {
        var (top, left) = ((int)MathF.Floor(y), (int)MathF.Floor(x));
        var (below, beside) = (y - top, x - left);
        var value = (1 - below) * (1 - beside) * Pixel(row, channel, top, left, repeats);
        return below == 0 && beside == 0 ? value
            : value + ((1 - below) * beside * Pixel(row, channel, top, left + 1, repeats))
                + (below * (1 - beside) * Pixel(row, channel, top + 1, left, repeats)) + (below * beside * Pixel(row, channel, top + 1, left + 1, repeats));
    }

    private float Pixel(ReadOnlySpan<float> row, int channel, int y, int x, bool repeats)
    {
        var (nearY, nearX) = (Math.Clamp(y, 0, shape.Height - 1), Math.Clamp(x, 0, shape.Width - 1));
        return repeats || (nearY == y && nearX == x) ? row[shape.At(channel, nearY, nearX)] : least;
    }

    private static float Mean(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (var value in row)
        {
            sum += value;
        }
        return (float)(sum / row.Length);
    }
}
