using SkiaSharp;

namespace ParquetPool.Decoding;

/// <summary>A picture small enough to stand in a page or a row.</summary>
public static class Thumbnail
{
    /// <summary>Pixels of the longer side, at most.</summary>
    public const int Side = 128;

    private const int Quality = 80;

    /// <summary>The picture within the side; one that is smaller stays as it is.</summary>
    public static Picture Of(Picture picture) =>
        Math.Max(picture.Width, picture.Height) <= Side ? picture : FittedPicture.Within(picture, Side, Side, ResampleFilter.Bilinear);

    /// <summary>The picture as a JPEG file.</summary>
    public static unsafe byte[] Encode(Picture picture)
    {
        fixed (byte* start = picture.Pixels)
        {
            using var pixels = new SKPixmap(new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)start);
            using var file = pixels.Encode(SKEncodedImageFormat.Jpeg, Quality) ?? throw new InvalidOperationException("a thumbnail could not be encoded");
            return file.ToArray();
        }
    }
}
