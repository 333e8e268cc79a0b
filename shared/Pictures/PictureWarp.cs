namespace ParquetPool.Pictures;

/// <summary>Pictures whose pixels are taken from other places of a picture.</summary>
public static class PictureWarp
{
    /// <summary>Each pixel from between the four around its place; beyond the edge is the edge.</summary>
    /// <param name="row">The picture.</param>
    /// <param name="from">The place in it that the pixel at (y, x) of the copy is taken from.</param>
    /// <param name="copy">As long as <paramref name="row"/>.</param>
    public static void Move(PictureFormat format, ReadOnlySpan<float> row, Func<int, int, (float Y, float X)> from, Span<float> copy)
    {
        for (var y = 0; y < format.Height; y++)
        {
            for (var x = 0; x < format.Width; x++)
            {
                var (fromY, fromX) = from(y, x);
                var (top, left) = ((int)MathF.Floor(fromY), (int)MathF.Floor(fromX));
                var (below, beside) = (fromY - top, fromX - left);
                for (var channel = 0; channel < format.Channels; channel++)
                {
                    copy[format.At(channel, y, x)] =
                        ((1 - below) * (((1 - beside) * Pixel(format, row, channel, top, left)) + (beside * Pixel(format, row, channel, top, left + 1))))
                        + (below * (((1 - beside) * Pixel(format, row, channel, top + 1, left)) + (beside * Pixel(format, row, channel, top + 1, left + 1))));
                }
            }
        }
    }

    private static float Pixel(PictureFormat format, ReadOnlySpan<float> row, int channel, int y, int x) =>
        row[format.At(channel, Math.Clamp(y, 0, format.Height - 1), Math.Clamp(x, 0, format.Width - 1))];
}
