namespace ParquetPool.Decoding;

/// <summary>Which pixels of a side make each pixel of a shorter or longer one, and by which share.</summary>
/// <remarks>As Pillow computes them (Resample.c, precompute_coeffs and normalize_coeffs_8bpc): a filter stretched where the side shrinks, so that nothing is skipped; shares in fixed point with 22 bits behind the point.</remarks>
internal sealed class ResampleAxis
{
    /// <summary>Bits of a share behind the point: 8 bits of a pixel and 2 of head room are left of 32.</summary>
    public const int Precision = 32 - 8 - 2;

    private readonly int taps;
    private readonly int[] shares;

    /// <param name="from">Pixels of the side.</param>
    /// <param name="low">Where the part that is taken begins; fractions of a pixel count.</param>
    /// <param name="high">Where it ends.</param>
    /// <param name="to">Pixels that it becomes.</param>
    public ResampleAxis(int from, float low, float high, int to, ResampleFilter filter)
    {
        var scale = (double)(high - low) / to;
        var stretch = Math.Max(scale, 1);
        var support = Support(filter) * stretch;
        taps = ((int)Math.Ceiling(support) * 2) + 1;
        (First, Count, shares) = (new int[to], new int[to], new int[checked(to * taps)]);
        IsWhole = from == to && low == 0 && high == from;
        var weights = new double[taps];
        for (var place = 0; place < to; place++)
        {
            var centre = low + ((place + 0.5) * scale);
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Min((int)(centre + support + 0.5), from) - first;
            var sum = 0.0;
            for (var tap = 0; tap < count; tap++)
            {
                weights[tap] = Weight(filter, (tap + first - centre + 0.5) * (1 / stretch));
                sum += weights[tap];
            }
            for (var tap = 0; tap < count; tap++)
            {
                var share = (sum != 0 ? weights[tap] / sum : weights[tap]) * (1 << Precision);
                shares[(place * taps) + tap] = (int)(share < 0 ? share - 0.5 : share + 0.5);
            }
            (First[place], Count[place]) = (first, count);
        }
    }

    /// <summary>Whether every pixel stays what it is.</summary>
    public bool IsWhole { get; }

    /// <summary>[place]: the first pixel that has a share.</summary>
    public int[] First { get; }

    /// <summary>[place]: how many have one.</summary>
    public int[] Count { get; }

    public ReadOnlySpan<int> Shares(int place) => shares.AsSpan(place * taps, Count[place]);

    private static double Support(ResampleFilter filter) => filter switch { ResampleFilter.Bilinear => 1, ResampleFilter.Bicubic => 2, _ => 3 };

    private static double Weight(ResampleFilter filter, double x) => filter switch
    {
        ResampleFilter.Bilinear => Math.Max(1 - Math.Abs(x), 0),
        ResampleFilter.Bicubic => Bicubic(Math.Abs(x)),
        _ => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
    };

    /// <summary>Keys 1981 with a = -0.5.</summary>
    private static double Bicubic(double x)
    {
        const double A = -0.5;
        return x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1
            : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * A
            : 0;
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}

/// <summary>What a pixel of a resized picture is made of.</summary>
public enum ResampleFilter
{
    Bilinear,
    Bicubic,
    Lanczos,
}
