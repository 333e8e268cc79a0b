using ParquetPool.Errors;
using ParquetPool.Pictures;

namespace ParquetPool.Scorer.Embedders;

/// <summary>A picture moved by whole pixels, then mirrored from left to right or not.</summary>
internal readonly record struct View(int Down, int Right, bool Flipped)
{
    // A sixteenth of a side, at least a pixel, in each direction: what a crop or a resize moves.
    private const int Share = 16;

    /// <summary>Reads <c>shift</c>, <c>flip</c> or both, with a comma: the views of a picture, itself first.</summary>
    /// <param name="halfway">Shifts of half the way too, which are all whole pixels of a side up to 39.</param>
    /// <exception cref="UsageException">It is something else.</exception>
    public static IReadOnlyList<View> Parse(string text, PictureFormat format, bool halfway = false)
    {
        var words = text.Split(',');
        if (words.Any(word => word is not ("shift" or "flip")) || words.Distinct().Count() < words.Length)
        {
            throw new UsageException($"--views {text} names no views, expected shift, flip or shift,flip");
        }
        View[] views = [default];
        if (words.Contains("shift"))
        {
            views = [.. Shifts(format.Height, halfway).SelectMany(down => Shifts(format.Width, halfway).Select(right => new View(down, right, Flipped: false)))];
        }
        return words.Contains("flip") ? [.. views, .. views.Select(view => view with { Flipped = true })] : views;
    }

    /// <summary>Writes the view of a picture; what comes in at an edge repeats it.</summary>
    public void Write(ReadOnlySpan<float> picture, PictureFormat format, Span<float> view)
    {
        for (var channel = 0; channel < format.Channels; channel++)
        {
            for (var y = 0; y < format.Height; y++)
            {
                var fromY = Math.Clamp(y - Down, 0, format.Height - 1);
                for (var x = 0; x < format.Width; x++)
                {
                    var fromX = Math.Clamp((Flipped ? format.Width - 1 - x : x) - Right, 0, format.Width - 1);
                    view[format.At(channel, y, x)] = picture[format.At(channel, fromY, fromX)];
                }
            }
        }
    }

    private static IEnumerable<int> Shifts(int side, bool halfway)
    {
        var most = Math.Max(1, (int)Math.Round(side / (double)Share));
        return halfway ? new[] { 0, -most / 2, most / 2, -most, most }.Distinct() : [0, -most, most];
    }
}
