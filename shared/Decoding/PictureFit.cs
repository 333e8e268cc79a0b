namespace ParquetPool.Decoding;

/// <summary>How a picture comes into a frame of other proportions.</summary>
public enum PictureFit
{
    /// <summary>As small as covers the frame; what stands over is cut off on both sides alike.</summary>
    Cover,

    /// <summary>As large as the frame holds; the rest is white.</summary>
    Contain,

    /// <summary>Each side by itself.</summary>
    Stretch,
}

/// <summary>Pictures in frames; the bytes are those of Pillow's <c>ImageOps.fit</c>, <c>ImageOps.pad</c> and <c>resize</c>.</summary>
public static class FittedPicture
{
    public static Picture Of(Picture picture, int width, int height, PictureFit fit, ResampleFilter filter) => fit switch
    {
        PictureFit.Cover => Resampler.Resize(picture, Middle(picture, width, height), width, height, filter),
        PictureFit.Contain => Padded(Within(picture, width, height, filter), width, height),
        _ => Resampler.Resize(picture, width, height, filter),
    };

    /// <summary>The picture as large as the frame holds, in its own proportions.</summary>
    public static Picture Within(Picture picture, int width, int height, ResampleFilter filter)
    {
        var (own, frame) = ((double)picture.Width / picture.Height, (double)width / height);
        return own > frame ? Resampler.Resize(picture, width, Rounded((double)picture.Height / picture.Width * width), filter)
            : own < frame ? Resampler.Resize(picture, Rounded(own * height), height, filter)
            : Resampler.Resize(picture, width, height, filter);
    }

    /// <summary>The square in the middle; the picture itself where it is no larger.</summary>
    public static Picture Middle(Picture picture, int side)
    {
        if (picture.Width <= side && picture.Height <= side)
        {
            return picture;
        }
        var (left, top, bytes) = ((picture.Width - side) / 2, (picture.Height - side) / 2, side * Picture.Stride);
        var pixels = new byte[side * bytes];
        for (var y = 0; y < side; y++)
        {
            picture.Pixels.AsSpan((((top + y) * picture.Width) + left) * Picture.Stride, bytes).CopyTo(pixels.AsSpan(y * bytes));
        }
        return new(side, side, pixels);
    }

    private static int Rounded(double side) => Math.Max(1, (int)Math.Round(side, MidpointRounding.ToEven));

    /// <summary>The largest part in the middle that has the frame's proportions.</summary>
    private static (float Left, float Top, float Right, float Bottom) Middle(Picture picture, int width, int height)
    {
        var (own, frame) = ((double)picture.Width / picture.Height, (double)width / height);
        var across = own > frame ? frame * picture.Height : picture.Width;
        var down = own < frame ? picture.Width / frame : picture.Height;
        var (left, top) = ((picture.Width - across) / 2, (picture.Height - down) / 2);
        return ((float)left, (float)top, (float)(left + across), (float)(top + down));
    }

    private static Picture Padded(Picture picture, int width, int height)
    {
        if (picture.Width == width && picture.Height == height)
        {
            return picture;
        }
        var pixels = new byte[width * height * Picture.Stride];
        Array.Fill(pixels, (byte)255);
        var (left, top, bytes) = (Half(width - picture.Width), Half(height - picture.Height), picture.Width * Picture.Stride);
        for (var y = 0; y < picture.Height; y++)
        {
            picture.Pixels.AsSpan(y * bytes, bytes).CopyTo(pixels.AsSpan((((top + y) * width) + left) * Picture.Stride));
        }
        return new(width, height, pixels);

        static int Half(int room) => (int)Math.Round(room / 2.0, MidpointRounding.ToEven);
    }
}
