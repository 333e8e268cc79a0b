using ParquetPool.Decoding;
using ParquetPool.Randomness;
using SkiaSharp;

namespace ParquetPool.Benchmarks;

/// <summary>The single alterations of photographs.</summary>
internal static class EditedPixels
{
    public static unsafe byte[] Jpeg(Picture picture, int quality)
    {
        fixed (byte* start = picture.Pixels)
        {
            using var pixels = new SKPixmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)start);
            return pixels.Encode(SKEncodedImageFormat.Jpeg, quality)!.ToArray();
        }
    }

    public static Picture Sized(Picture picture, double across, double down) =>
        Resampler.Resize(picture, Math.Max(1, (int)Math.Round(picture.Width * across)), Math.Max(1, (int)Math.Round(picture.Height * down)), ResampleFilter.Bicubic);

    /// <summary>Every level times a gain, and more by an offset.</summary>
    public static Picture Each(Picture picture, double gain, double offset) => Map(picture, (x, y, channel) => (picture.Pixels[At(picture, x, y) + channel] * gain) + offset);

    public static Picture Tinted(Picture picture, double[] gains) => Map(picture, (x, y, channel) => picture.Pixels[At(picture, x, y) + channel] * gains[channel]);

    public static Picture Noisy(Picture picture, double deviation, PhiloxStream random) => Map(picture, (x, y, channel) => picture.Pixels[At(picture, x, y) + channel] + (deviation * random.Normal()));

    /// <summary>Three means over squares, one after another, which is nearly a Gaussian.</summary>
    public static Picture Blurred(Picture picture, int radius)
    {
        for (var pass = 0; pass < 3; pass++)
        {
            picture = Meaned(Meaned(picture, radius, 0), 0, radius);
        }
        return picture;
    }

    /// <summary>White stripes and a black field, half transparent.</summary>
    public static Picture Watermarked(Picture picture) => Map(picture, (x, y, channel) =>
    {
        var level = picture.Pixels[At(picture, x, y) + channel];
        var (side, isField) = (Math.Max(picture.Width, picture.Height), x > picture.Width * 0.6 && y > picture.Height * 0.8);
        return isField ? level * 0.3 : (x + y) % Math.Max(8, side / 4) < Math.Max(2, side / 20) ? 127 + (level * 0.5) : level;
    });

    public static Picture Framed(Picture picture, double share, byte level)
    {
        var edge = Math.Max(1, (int)(Math.Max(picture.Width, picture.Height) * share));
        return New(picture.Width + (2 * edge), picture.Height + (2 * edge), (x, y, channel) =>
            x - edge is var fromX && y - edge is var fromY && fromX >= 0 && fromX < picture.Width && fromY >= 0 && fromY < picture.Height ? picture.Pixels[At(picture, fromX, fromY) + channel] : level);
    }

    /// <summary>A part of each side, anywhere.</summary>
    public static Picture Cropped(Picture picture, double share, PhiloxStream random)
    {
        var (width, height) = (Math.Max(1, (int)(picture.Width * share)), Math.Max(1, (int)(picture.Height * share)));
        var (left, top) = (random.Below(picture.Width - width + 1), random.Below(picture.Height - height + 1));
        return Part(picture, left, top, width, height);
    }

    /// <summary>A share of each side, so far to the right and down, 0 to 1.</summary>
    public static Picture Part(Picture picture, double share, double right, double down)
    {
        var (width, height) = (Math.Max(1, (int)(picture.Width * share)), Math.Max(1, (int)(picture.Height * share)));
        return Part(picture, (int)((picture.Width - width) * right), (int)((picture.Height - height) * down), width, height);
    }

    private static Picture Part(Picture picture, int left, int top, int width, int height) => New(width, height, (x, y, channel) => picture.Pixels[At(picture, left + x, top + y) + channel]);

    public static Picture Mirrored(Picture picture) => New(picture.Width, picture.Height, (x, y, channel) => picture.Pixels[At(picture, picture.Width - 1 - x, y) + channel]);

    /// <summary>A quarter to the right.</summary>
    public static Picture Turned(Picture picture) => New(picture.Height, picture.Width, (x, y, channel) => picture.Pixels[At(picture, y, picture.Height - 1 - x) + channel]);

    /// <summary>About its middle, with white in the corners.</summary>
    public static Picture Rotated(Picture picture, double degrees)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var (middleX, middleY) = ((picture.Width - 1) / 2.0, (picture.Height - 1) / 2.0);
        return Map(picture, (x, y, channel) =>
        {
            var (fromX, fromY) = (middleX + (cos * (x - middleX)) + (sin * (y - middleY)), middleY - (sin * (x - middleX)) + (cos * (y - middleY)));
            var (left, top) = ((int)Math.Floor(fromX), (int)Math.Floor(fromY));
            if (left < 0 || top < 0 || left + 1 >= picture.Width || top + 1 >= picture.Height)
            {
                return 255;
            }
            var (beside, below) = (fromX - left, fromY - top);
            double Level(int right, int down) => picture.Pixels[At(picture, left + right, top + down) + channel];
            return ((1 - below) * (((1 - beside) * Level(0, 0)) + (beside * Level(1, 0)))) + (below * (((1 - beside) * Level(0, 1)) + (beside * Level(1, 1))));
        });
    }

    private static Picture Meaned(Picture picture, int across, int down) => Map(picture, (x, y, channel) =>
    {
        var sum = 0;
        for (var step = -across - down; step <= across + down; step++)
        {
            sum += picture.Pixels[At(picture, Math.Clamp(x + (across > 0 ? step : 0), 0, picture.Width - 1), Math.Clamp(y + (down > 0 ? step : 0), 0, picture.Height - 1)) + channel];
        }
        return sum / (double)((2 * (across + down)) + 1);
    });

    private static int At(Picture picture, int x, int y) => ((y * picture.Width) + x) * Picture.Stride;

    private static Picture Map(Picture picture, Func<int, int, int, double> level) => New(picture.Width, picture.Height, level);

    private static Picture New(int width, int height, Func<int, int, int, double> level)
    {
        var made = new Picture(width, height, new byte[width * height * Picture.Stride]);
        for (var (y, i) = (0, 0); y < height; y++)
        {
            for (var x = 0; x < width; x++, i += Picture.Stride)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    made.Pixels[i + channel] = (byte)Math.Clamp(Math.Round(level(x, y, channel)), 0, 255);
                }
                made.Pixels[i + 3] = 255;
            }
        }
        return made;
    }
}
