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

    /// <param name="levels">[y, x]; a longer side than <see cref="Side"/> is brought to it.</param>
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
        Plane = Within(given, Math.Min(Side, Math.Max(width, height)));
        fine = new(() => new SummedPlane(Plane), isThreadSafe: false);
        coarse = new(() => new SummedPlane(Within(Plane, CoarseSide)), isThreadSafe: false);
        detail = new(() => new SummedPlane(Plane.Detail(DetailRadius)), isThreadSafe: false);
    }

    public GreyPlane Plane { get; }

    public SummedPlane Fine => fine.Value;

    public SummedPlane Coarse => coarse.Value;

    /// <summary>Of the fine plane.</summary>
    public SummedPlane Detail => detail.Value;

    /// <summary>The plane as it is laid.</summary>
    public GreyPlane Laid(Facing facing) => laid.TryGetValue(facing, out var known) ? known : laid[facing] = Plane.Laid(facing);

    private static GreyPlane Within(GreyPlane plane, int side)
    {
        var scale = (double)side / Math.Max(plane.Width, plane.Height);
        return plane.Resized(Math.Max(LeastSide, (int)Math.Round(plane.Width * scale)), Math.Max(LeastSide, (int)Math.Round(plane.Height * scale)));
    }
}
