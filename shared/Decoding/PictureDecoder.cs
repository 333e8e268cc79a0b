using System.Globalization;
using ParquetPool.Jpegs;
using SkiaSharp;

namespace ParquetPool.Decoding;

/// <summary>Bytes of a file → its pixels, by Skia: JPEG, PNG, WebP, GIF and BMP; of an animation its first frame. Plain JPEGs by <see cref="BaselineJpeg"/>, which gives the same bytes faster.</summary>
/// <remarks>
/// Without a colour space, so that the numbers of the file are the numbers of the pixels; turned upright by EXIF; what is transparent lies on white.
/// A file that is not whole is refused, never half decoded. Thread-safe; of pictures above 16 megapixels one is decoded at a time.
/// </remarks>
public static class PictureDecoder
{
    /// <summary>Pixels of a picture that is decoded, at most; read from its header before anything is allocated.</summary>
    public const long MostPixels = 100_000_000;

    private const long ManyPixels = 16_000_000;
    private static readonly float[] Scales = [1 / 8f, 1 / 4f, 1 / 2f];
    private static readonly Lock Large = new();

    /// <param name="file">The whole file.</param>
    /// <param name="least">A JPEG may be decoded at a half, a quarter or an eighth of its size, as long as both sides keep so many pixels; 0 for its full size.</param>
    /// <exception cref="UnusablePictureException">It is no picture that can be used.</exception>
    public static DecodedPicture Decode(ReadOnlySpan<byte> file, int least = 0)
    {
        var kind = Kind(file);
        unsafe
        {
            fixed (byte* start = file)
            {
                using var data = SKData.Create((nint)start, file.Length);
                using var codec = SKCodec.Create(new SKMemoryStream(data), out var result);
                Require(codec is null && result == SKCodecResult.Success ? SKCodecResult.InvalidInput : result, kind, file);
                var size = codec!.Info.Size;
                if ((long)size.Width * size.Height > MostPixels)
                {
                    throw new UnusablePictureException(PictureFault.TooLarge, string.Create(CultureInfo.InvariantCulture, $"{size.Width} x {size.Height} pixels, expected at most {MostPixels / 1_000_000} megapixels"));
                }
                var scaled = kind == PictureFileKind.Jpeg && least > 0 ? Scaled(codec, least) : size;
                var held = kind == PictureFileKind.Jpeg && !JpegMarkers.IsHeldWhole(file) ? scaled : size;
                if ((long)held.Width * held.Height <= ManyPixels)
                {
                    return Pixels(codec, scaled, kind, file);
                }
                lock (Large)
                {
                    return Pixels(codec, scaled, kind, file);
                }
            }
        }
    }

    private static PictureFileKind Kind(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            throw new UnusablePictureException(PictureFault.Empty, "no bytes");
        }
        var kind = PictureFileKind.Of(file[..Math.Min(file.Length, PictureFileKind.HeadBytes)]);
        return kind.IsDecoded ? kind
            : kind.IsPicture ? throw new UnusablePictureException(PictureFault.Unsupported, $"{kind.Name} is not decoded, expected JPEG, PNG, WebP, GIF or BMP: convert it")
            : throw new UnusablePictureException(PictureFault.NotAPicture, $"{kind.Name}, expected JPEG, PNG, WebP, GIF or BMP");
    }

    private static SKSizeI Scaled(SKCodec codec, int least)
    {
        foreach (var scale in Scales)
        {
            if (codec.GetScaledDimensions(scale) is var size && Math.Min(size.Width, size.Height) >= least)
            {
                return size;
            }
        }
        return codec.Info.Size;
    }

    private static unsafe DecodedPicture Pixels(SKCodec codec, SKSizeI size, PictureFileKind kind, ReadOnlySpan<byte> file)
    {
        var opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul, null);
        var pixels = GC.AllocateUninitializedArray<byte>(info.BytesSize);
        if (kind != PictureFileKind.Jpeg || !BaselineJpeg.TryDecode(file, size.Width, size.Height, pixels))
        {
            fixed (byte* start = pixels)
            {
                Require(codec.GetPixels(info, (nint)start), kind, file);
            }
            if (kind == PictureFileKind.Jpeg && JpegMarkers.IsCutShort(file))
            {
                Require(SKCodecResult.IncompleteInput, kind, file);
            }
        }
        if (!opaque)
        {
            LayOnWhite(pixels);
        }
        var orientation = kind == PictureFileKind.Png ? Orientation.OfPng(file) : (int)codec.EncodedOrigin;
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        return new(
            Orientation.Apply(new Picture(size.Width, size.Height, pixels), orientation),
            kind,
            Orientation.Turns(orientation) ? height : width,
            Orientation.Turns(orientation) ? width : height);
    }

    private static void LayOnWhite(Span<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += Picture.Stride)
        {
            var alpha = pixels[i + 3];
            if (alpha < 255)
            {
                for (var channel = i; channel < i + 3; channel++)
                {
                    var sum = (pixels[channel] * alpha) + (255 * (255 - alpha)) + 128;
                    pixels[channel] = (byte)(((sum >> 8) + sum) >> 8);
                }
                pixels[i + 3] = 255;
            }
        }
    }

    private static void Require(SKCodecResult result, PictureFileKind kind, ReadOnlySpan<byte> file)
    {
        if (result != SKCodecResult.Success)
        {
            throw kind == PictureFileKind.Jpeg && JpegMarkers.Unsupported(file) is { } odd
                ? new UnusablePictureException(PictureFault.Unsupported, $"{odd} is not decoded, expected one of 8 bits with losses: convert it")
                : result == SKCodecResult.IncompleteInput || EndsEarly(kind, file)
                ? new UnusablePictureException(PictureFault.Truncated, string.Create(CultureInfo.InvariantCulture, $"{kind.Name} that ends, after {file.Length} bytes, before its picture does: fetch it again"))
                : new UnusablePictureException(PictureFault.Damaged, $"{kind.Name} whose bytes contradict each other: fetch it again");
        }
    }

    /// <summary>Whether a file has not as many bytes as it says itself.</summary>
    private static bool EndsEarly(PictureFileKind kind, ReadOnlySpan<byte> file) =>
        kind == PictureFileKind.WebP ? file.Length < 12 || System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length
        : kind == PictureFileKind.Png && file.IndexOf("IEND"u8) < 0;
}

/// <summary>A decoded file.</summary>
/// <param name="Picture">Upright; of a large JPEG smaller than the file's.</param>
/// <param name="Kind">What its bytes are.</param>
/// <param name="Width">Of the file's picture, upright.</param>
/// <param name="Height">Of the file's picture, upright.</param>
public sealed record DecodedPicture(Picture Picture, PictureFileKind Kind, int Width, int Height);
