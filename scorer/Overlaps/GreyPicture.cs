using ParquetPool.Decoding;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>A small grey picture, made ready to be laid over others; what is needed of it is made once, by one thread.</summary>
internal sealed class GreyPicture
{
    /// <summary>Pixels of the longer side, at most.</summary>
    public const int Side = 64;

    /// <summary>Of the picture in which places are sought first.</summary>
    public const int CoarseSide = 24;

    /// <summary>Details are what differs from the mean over about this many pixels around.</summary>
    public const int DetailRadius = 3;

    private const int LeastSide = 4;

    private readonly Lazy<SummedPlane> coarse;
    private readonly Lazy<SummedPlane> fine;
    private readonly Lazy<SummedPlane> detail;
    private readonly Dictionary<Facing, GreyPlane> laid = [];
    private readonly Dictionary<(Facing Facing, int Width, int Height), (GreyPlane Plane, double Norm)> small = [];

    /// <param name="levels">[y, x]</param>
    public GreyPicture(int width, int height, ReadOnlySpan<byte> levels)
    {
        var given = new GreyPlane(width, height);
        for (var y = 0; y < height; y++)
        {
            var line = given.Line(y);
            for (var x = 0; x < width; x++)
            {
                line[x] = levels[(y * width) + x];
            }
        }
        Plane = Within(given, Math.Max(width, height));
        fine = new(() => new SummedPlane(Plane), isThreadSafe: false);
        coarse = new(() => new SummedPlane(Within(Plane, CoarseSide)), isThreadSafe: false);
        detail = new(() => new SummedPlane(Plane.Detail(DetailRadius)), isThreadSafe: false);
    }

    /// <summary>A picture file's picture, of at most <see cref="Side"/> pixels; null where it cannot be decoded.</summary>
    public static (int Width, int Height, byte[] Levels)? Decode(byte[] file)
    {
        Picture picture;
        try
        {
            picture = PictureDecoder.Decode(file, 2 * Side).Picture;
        }
        catch (UnusablePictureException)
        {
            return null;
        }
        picture = Math.Max(picture.Width, picture.Height) > Side ? FittedPicture.Within(picture, Side, Side, ResampleFilter.Bilinear) : picture;
        var levels = new byte[picture.Width * picture.Height];
        for (var (i, from) = (0, 0); i < levels.Length; i++, from += Picture.Stride)
        {
            levels[i] = Picture.Lightness(picture.Pixels[from], picture.Pixels[from + 1], picture.Pixels[from + 2]);
        }
        return (picture.Width, picture.Height, levels);
    }

    /// <summary>A picture file's picture; null where it cannot be decoded.</summary>
    public static GreyPicture? Of(byte[] file) => Decode(file) is var (width, height, levels) ? new(width, height, levels) : null;

    public GreyPlane Plane { get; }

    public SummedPlane Fine => fine.Value;

    public SummedPlane Coarse => coarse.Value;

    /// <summary>Of the fine plane.</summary>
    public SummedPlane Detail => detail.Value;

    /// <summary>The plane as it is laid.</summary>
    public GreyPlane Laid(Facing facing) => laid.TryGetValue(facing, out var known) ? known : laid[facing] = Plane.Laid(facing);

    /// <summary>The plane as it is laid, in a small size and centred: each is asked for by every picture that it is laid over.</summary>
    public (GreyPlane Plane, double Norm) Small(Facing facing, int width, int height)
    {
        if (!small.TryGetValue((facing, width, height), out var known))
        {
            var (across, down) = facing.SwapsSides() ? (height, width) : (width, height);
            var upright = facing == Facing.Upright ? Plane.Resized(width, height).Centred() : Small(Facing.Upright, across, down);
            small[(facing, width, height)] = known = facing == Facing.Upright ? upright : (upright.Plane.Laid(facing), upright.Norm);
        }
        return known;
    }

    private static GreyPlane Within(GreyPlane plane, int side)
    {
        var scale = (double)side / Math.Max(plane.Width, plane.Height);
        return plane.Resized(Math.Max(LeastSide, (int)Math.Round(plane.Width * scale)), Math.Max(LeastSide, (int)Math.Round(plane.Height * scale)));
    }
}
