namespace ParquetPool.Decoding;

/// <summary>What a small picture's pixels say of its quality; after cleanvision, on the <see cref="Thumbnail"/>.</summary>
/// <param name="Bright">What all but the brightest hundredth of the pixels stay below, 0 to 1: low where a picture is dark.</param>
/// <param name="Dim">What all but the darkest twentieth stay above, 0 to 1: high where it is overexposed.</param>
/// <param name="Edges">Deviation of the Laplacian over that of the lightness: low where it is blurred.</param>
/// <param name="Information">Entropy of the lightness, 0 to 8 bits.</param>
/// <param name="Contrast">Standard deviation of the lightness, in levels of 255.</param>
/// <param name="Colour">The most by which two channels of a pixel differ, in levels.</param>
public sealed record PictureMeasures(double Bright, double Dim, double Edges, double Information, double Contrast, double Colour)
{
    private const int Levels = 256;
    private const double Brightest = 0.99;
    private const double Darkest = 0.05;

    public static PictureMeasures Of(Picture picture)
    {
        var (count, pixels) = (picture.Width * picture.Height, picture.Pixels);
        var (light, brightness, lightness, colour) = (new int[count], new int[Levels], new int[Levels], 0);
        for (var (i, place) = (0, 0); i < count; i++, place += Picture.Stride)
        {
            var (red, green, blue) = ((int)pixels[place], (int)pixels[place + 1], (int)pixels[place + 2]);
            light[i] = Picture.Lightness(red, green, blue);
            lightness[light[i]]++;
            // Finley 2006: perceived brightness.
            brightness[(int)Math.Round(Math.Sqrt((0.241 * red * red) + (0.691 * green * green) + (0.068 * blue * blue)))]++;
            colour = Math.Max(colour, Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue)));
        }
        var contrast = Deviation(light);
        return new(
            Quantile(brightness, count, Brightest),
            Quantile(brightness, count, Darkest),
            contrast == 0 ? 0 : Deviation(Laplacian(light, picture.Width, picture.Height)) / contrast,
            Entropy(lightness, count),
            contrast,
            colour);
    }

    private static double Quantile(int[] levels, int count, double share)
    {
        var (level, below) = (0, levels[0]);
        while (below < share * count)
        {
            below += levels[++level];
        }
        return level / (Levels - 1.0);
    }

    private static double Entropy(int[] levels, int count) => 0 - levels.Where(level => level > 0).Sum(level => (double)level / count * Math.Log2((double)level / count));

    /// <summary>Four times each inner pixel less its neighbours.</summary>
    private static int[] Laplacian(int[] light, int width, int height)
    {
        var result = new int[Math.Max(0, width - 2) * Math.Max(0, height - 2)];
        var place = 0;
        for (var y = 1; y < height - 1; y++)
        {
            for (var at = (y * width) + 1; at < ((y + 1) * width) - 1; at++)
            {
                result[place++] = (4 * light[at]) - light[at - 1] - light[at + 1] - light[at - width] - light[at + width];
            }
        }
        return result;
    }

    private static double Deviation(int[] values)
    {
        var (sum, squares) = (0L, 0L);
        foreach (var value in values)
        {
            (sum, squares) = (sum + value, squares + ((long)value * value));
        }
        var mean = values.Length == 0 ? 0 : (double)sum / values.Length;
        return values.Length == 0 ? 0 : Math.Sqrt(Math.Max(0, ((double)squares / values.Length) - (mean * mean)));
    }
}
