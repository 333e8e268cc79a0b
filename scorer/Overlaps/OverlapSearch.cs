namespace ParquetPool.Scorer.Overlaps;

/// <summary>Whether one of two pictures lies in the other: as a part or whole, in another size, turned, mirrored, in other light.</summary>
/// <remarks>
/// Each is laid over the other in eight orientations, in sizes from <see cref="LeastShare"/> of its longer side up by a twelfth each, at all places of a
/// picture of <see cref="GreyPicture.CoarseSide"/> pixels; the <see cref="Refined"/> best of these are sought out anew around there in <see cref="GreyPicture.Side"/> pixels.
/// What counts is the smaller of two correlations, of the levels and of their details: neither brightness nor contrast changes
/// it, and two pictures that are alike in their coarse shapes alone have none in the second. Nothing is random.
/// </remarks>
internal static class OverlapSearch
{
    /// <summary>Another number where the same levels give another overlap or similarity than before: what was kept of these is made anew.</summary>
    public const int Version = 1;

    /// <summary>Of the other's longer side: smaller parts are not sought.</summary>
    public const double LeastShare = 0.4;

    /// <summary>A similarity from which on an overlap is plain to see, whatever else the pictures have in common: a correlation of 0.8.</summary>
    public const double Plain = 1 / 3.0;

    private const int Refined = 6;
    private const double SizeStep = 1.08;
    private const double FirstTuning = 0.04;

    // Rounding may make a picture a little larger than it is.
    private const double Beyond = 1.04;

    // A picture that was stretched to other proportions fits as a whole alone.
    private const double MostStretch = 1.42;
    private const int LeastCoarse = 4;
    private const double LeastContrast = 3;
    private const double LeastDetail = 0.7;

    // Of a correlation nothing below this counts, and small parts, among which there are more to choose from, want more. Chosen on one half of the benchmark's pictures.
    private const double Chance = 0.7;
    private const double Doubt = 0.3;
    private const int SurePixels = 1024;

    /// <summary>How two pictures fit best, and how surely: a similarity from −1 to 1, at least 0 where they fit.</summary>
    public static (PictureOverlap Overlap, double Similarity) Of(GreyPicture first, GreyPicture second)
    {
        var (forwards, backwards) = (In(first, second), In(second, first));
        var (fit, outer, swapped) = backwards.Correlation > forwards.Correlation ? (backwards, first, true) : (forwards, second, false);
        var similarity = Similarity(fit.Correlation, fit.Width * fit.Height);
        return similarity <= 0 ? (default, similarity) : (new PictureOverlap(fit.Facing, Percent(fit.Width, outer.Plane.Width), Percent(fit.Height, outer.Plane.Height), swapped), similarity);
    }

    /// <summary>What a correlation over so many pixels is worth beside a cosine.</summary>
    internal static double Similarity(double correlation, int pixels)
    {
        var doubted = (1 - correlation) * (1 + (Doubt * Math.Max(0, Math.Log2((double)SurePixels / Math.Max(1, pixels)))));
        return Math.Max(-1, (1 - doubted - Chance) / (1 - Chance));
    }

    private static byte Percent(int of, int side) => (byte)Math.Round(100.0 * of / side);

    /// <summary>The best way to lay a picture in another.</summary>
    private static Fit In(GreyPicture inner, GreyPicture outer)
    {
        var field = outer.Coarse.Plane;
        var places = new List<Fit>();
        foreach (var facing in Enum.GetValues<Facing>())
        {
            var (width, height) = facing.SwapsSides() ? (inner.Plane.Height, inner.Plane.Width) : (inner.Plane.Width, inner.Plane.Height);
            foreach (var (across, down) in Sizes(width, height, field.Width, field.Height))
            {
                places.Add(Place(inner.Small(facing, across, down), outer.Coarse, facing, (0, field.Width), (0, field.Height)));
            }
        }
        var best = Fit.None;
        foreach (var place in places.OrderByDescending(place => place.Correlation).Take(Refined))
        {
            var fit = Refine(place, inner.Laid(place.Facing), outer);
            best = fit.Correlation > best.Correlation ? fit : best;
        }
        return best;
    }

    /// <summary>Of the picture laid in the field, largest first; the last may be the field's own.</summary>
    private static List<(int Width, int Height)> Sizes(int width, int height, int fieldWidth, int fieldHeight)
    {
        var sizes = new List<(int Width, int Height)>();
        for (var scale = Math.Min((double)fieldWidth / width, (double)fieldHeight / height) * Beyond; ; scale /= SizeStep)
        {
            var size = (Width: Math.Min(fieldWidth, (int)Math.Round(width * scale)), Height: Math.Min(fieldHeight, (int)Math.Round(height * scale)));
            if (Math.Min(size.Width, size.Height) < LeastCoarse || Math.Max((double)size.Width / fieldWidth, (double)size.Height / fieldHeight) < LeastShare)
            {
                break;
            }
            if (!sizes.Contains(size))
            {
                sizes.Add(size);
            }
        }
        var stretch = (double)width / height * fieldHeight / fieldWidth;
        return !sizes.Contains((fieldWidth, fieldHeight)) && stretch is < MostStretch and > 1 / MostStretch ? [.. sizes, (fieldWidth, fieldHeight)] : sizes;
    }

    /// <summary>The place of the highest correlation whose left and top edges lie in a range.</summary>
    private static Fit Place((GreyPlane Plane, double Norm) centred, SummedPlane field, Facing facing, (int From, int To) across, (int From, int To) down)
    {
        var (laid, norm) = centred;
        var best = Fit.None with { Facing = facing, Width = laid.Width, Height = laid.Height };
        for (var top = Math.Max(0, down.From); top <= Math.Min(field.Plane.Height - laid.Height, down.To); top++)
        {
            for (var left = Math.Max(0, across.From); left <= Math.Min(field.Plane.Width - laid.Width, across.To); left++)
            {
                var correlation = field.Correlation(laid, norm, left, top, LeastContrast);
                best = correlation > best.Correlation ? best with { Correlation = correlation, Left = left, Top = top } : best;
            }
        }
        return best;
    }

    /// <summary>Seeks the size and place around one that was found in the coarse picture; the correlation becomes the smaller of those of levels and details.</summary>
    private static Fit Refine(Fit coarse, GreyPlane inner, GreyPicture outer)
    {
        var (field, scale) = (outer.Plane, (double)outer.Plane.Width / outer.Coarse.Plane.Width);
        int Side(double side, int most) => Math.Clamp((int)Math.Round(side), LeastCoarse, most);
        var best = Fit.None with
        {
            Facing = coarse.Facing,
            Width = Side(coarse.Width * scale, field.Width),
            Height = Side(coarse.Height * scale, field.Height),
            Left = (int)Math.Round(coarse.Left * scale),
            Top = (int)Math.Round(coarse.Top * scale),
        };
        foreach (var (tuning, reach) in new[] { (FirstTuning, (int)Math.Ceiling(scale)), (FirstTuning / 2, 1) })
        {
            var from = best;
            foreach (var (width, height) in new[] { 1, 1 - tuning, 1 + tuning }.Select(by => (Side(from.Width * by, field.Width), Side(from.Height * by, field.Height))).Distinct())
            {
                var (left, top) = (from.Left - ((width - from.Width) / 2), from.Top - ((height - from.Height) / 2));
                var place = Place(inner.Resized(width, height).Centred(), outer.Fine, from.Facing, (left - reach, left + reach), (top - reach, top + reach));
                best = place.Correlation > best.Correlation ? place : best;
            }
        }
        return best with { Correlation = Math.Min(best.Correlation, Detail(best, inner, outer.Detail)) };
    }

    /// <summary>The correlation of the details, a pixel to and fro.</summary>
    private static double Detail(Fit fit, GreyPlane inner, SummedPlane field)
    {
        var (centred, norm) = inner.Resized(fit.Width, fit.Height).Detail(GreyPicture.DetailRadius).Centred();
        var best = -1.0;
        for (var top = Math.Max(0, fit.Top - 1); top <= Math.Min(field.Plane.Height - fit.Height, fit.Top + 1); top++)
        {
            for (var left = Math.Max(0, fit.Left - 1); left <= Math.Min(field.Plane.Width - fit.Width, fit.Left + 1); left++)
            {
                best = Math.Max(best, field.Correlation(centred, norm, left, top, LeastDetail));
            }
        }
        return best;
    }

    /// <summary>A picture of so many pixels at a place of another.</summary>
    private readonly record struct Fit(double Correlation, Facing Facing, int Width, int Height, int Left, int Top)
    {
        public static readonly Fit None = new(-1, default, 0, 0, 0, 0);
    }
}
