using System.Globalization;

namespace ParquetPool.Scorer.Overlaps;

/// <summary>How two pictures lie on each other.</summary>
/// <param name="Facing">How the one that lies in the other is laid to fit.</param>
/// <param name="WidthPercent">Of the other's width that it covers; 0 where nothing fits.</param>
/// <param name="HeightPercent">Of the other's height.</param>
/// <param name="IsSecondInFirst">Whether the second of the two lies in the first.</param>
internal readonly record struct PictureOverlap(Facing Facing, byte WidthPercent, byte HeightPercent, bool IsSecondInFirst)
{
    // Small pictures of the same scene fit within this.
    private const int Whole = 96;

    public bool Fits => WidthPercent > 0;

    /// <summary>The same with the two pictures in the other order.</summary>
    public PictureOverlap Swapped() => this with { IsSecondInFirst = Fits && !IsSecondInFirst };

    /// <summary>Such as <c>the first is 50 % by 50 % of the second; turned by 90°</c>; null where nothing fits.</summary>
    public string? Words()
    {
        if (!Fits)
        {
            return null;
        }
        var (inner, outer) = IsSecondInFirst ? ("second", "first") : ("first", "second");
        var part = WidthPercent >= Whole && HeightPercent >= Whole ? "the same picture" : string.Create(CultureInfo.InvariantCulture, $"the {inner} is {WidthPercent} % by {HeightPercent} % of the {outer}");
        return Facing.Words() is { Length: > 0 } laid ? $"{part}; {laid}" : part;
    }
}
