namespace ParquetPool.Scorer.Overlaps;

/// <summary>Grey levels: <c>Levels[y * Stride + x]</c>, each line followed by at least eight numbers that no picture has, so that lines are read eight numbers at once.</summary>
internal sealed class GreyPlane
{
    /// <summary>Numbers that are read at once.</summary>
    public const int Lanes = 8;

    /// <summary>Zeros.</summary>
    public GreyPlane(int width, int height)
    {
        (Width, Height, Stride) = (width, height, ((width + Lanes - 1) / Lanes * Lanes) + Lanes);
        Levels = new float[Stride * height];
    }

    public int Width { get; }

    public int Height { get; }

    public int Stride { get; }

    public float[] Levels { get; }

    public Span<float> Line(int y) => Levels.AsSpan(y * Stride, Width);

    /// <summary>The plane in one of the eight ways to lay it: turned clockwise, then mirrored left to right.</summary>
    public GreyPlane Laid(Facing facing)
    {
        if (facing == Facing.Upright)
        {
            return this;
        }
        var swaps = facing.SwapsSides();
        var laid = new GreyPlane(swaps ? Height : Width, swaps ? Width : Height);
        for (var y = 0; y < laid.Height; y++)
        {
            var line = laid.Line(y);
            for (var x = 0; x < line.Length; x++)
            {
                var across = facing.IsMirrored() ? line.Length - 1 - x : x;
                var (fromX, fromY) = facing.Quarters() switch
                {
                    0 => (across, y),
                    1 => (y, Height - 1 - across),
                    2 => (Width - 1 - across, Height - 1 - y),
                    _ => (Width - 1 - y, across),
                };
                line[x] = Levels[(fromY * Stride) + fromX];
            }
        }
        return laid;
    }

    /// <summary>The plane in another size, each level a mean weighted by a triangle over what it covers.</summary>
    public GreyPlane Resized(int width, int height)
    {
        if (width == Width && height == Height)
        {
            return this;
        }
        var (across, down) = (PlaneAxis.Of(Width, width), PlaneAxis.Of(Height, height));
        var (narrow, resized) = (new GreyPlane(width, Height), new GreyPlane(width, height));
        for (var y = 0; y < Height; y++)
        {
            across.Resize(Line(y), narrow.Line(y));
        }
        for (var y = 0; y < height; y++)
        {
            var line = resized.Line(y);
            for (var i = 0; i < down.Weights[y].Length; i++)
            {
                var weight = down.Weights[y][i];
                var from = narrow.Line(down.Starts[y] + i);
                for (var x = 0; x < line.Length; x++)
                {
                    line[x] += weight * from[x];
                }
            }
        }
        return resized;
    }

    /// <summary>What differs from the surroundings: the levels less their mean over a square of 2 · <paramref name="radius"/> + 1, taken twice; edges are repeated.</summary>
    public GreyPlane Detail(int radius)
    {
        var smooth = Smoothed(radius).Smoothed(radius);
        for (var i = 0; i < Levels.Length; i++)
        {
            smooth.Levels[i] = Levels[i] - smooth.Levels[i];
        }
        return smooth;
    }

    /// <summary>Less their mean, and the root of the sum of their squares.</summary>
    public (GreyPlane Plane, double Norm) Centred()
    {
        var sum = 0.0;
        for (var y = 0; y < Height; y++)
        {
            foreach (var level in Line(y))
            {
                sum += level;
            }
        }
        var (mean, centred, squares) = ((float)(sum / (Width * Height)), new GreyPlane(Width, Height), 0.0);
        for (var y = 0; y < Height; y++)
        {
            var from = Line(y);
            var to = centred.Line(y);
            for (var x = 0; x < to.Length; x++)
            {
                to[x] = from[x] - mean;
                squares += (double)to[x] * to[x];
            }
        }
        return (centred, Math.Sqrt(squares));
    }

    private GreyPlane Smoothed(int radius)
    {
        var (across, smooth) = (new GreyPlane(Width, Height), new GreyPlane(Width, Height));
        for (var y = 0; y < Height; y++)
        {
            var from = Line(y);
            var to = across.Line(y);
            for (var x = 0; x < to.Length; x++)
            {
                for (var step = -radius; step <= radius; step++)
                {
                    to[x] += from[Math.Clamp(x + step, 0, Width - 1)];
                }
            }
        }
        var share = 1f / ((2 * radius) + 1);
        for (var y = 0; y < Height; y++)
        {
            var to = smooth.Line(y);
            for (var step = -radius; step <= radius; step++)
            {
                var from = across.Line(Math.Clamp(y + step, 0, Height - 1));
                for (var x = 0; x < to.Length; x++)
                {
                    to[x] += from[x];
                }
            }
            foreach (ref var level in to)
            {
                level *= share * share;
            }
        }
        return smooth;
    }
}
