using ParquetPool.Decoding;

namespace ParquetPool.Collections;

/// <summary>Pictures to import and what their rows are.</summary>
/// <param name="Paths">Folders, tars, zips, Parquet files or single pictures; none for another source.</param>
public sealed record PictureOptions(IReadOnlyList<string> Paths)
{
    public const int DefaultSide = 32;
    public const int LargestSide = 1024;

    /// <summary>The column of Parquet files that has the pictures; null for the one that can only be it.</summary>
    public string? Column { get; init; }

    /// <summary>Pixels of both sides of a row's picture.</summary>
    public int Side { get; init; } = DefaultSide;

    /// <summary>Whether rows have one channel or three.</summary>
    public PictureColour Colour { get; init; }

    /// <summary>How a picture that is no square becomes one.</summary>
    public PictureFit Fit { get; init; }

    /// <summary>What a model takes of each picture, as a column of bytes besides; null for none.</summary>
    public PixelSpec? Pixels { get; init; }

    /// <summary>Thresholds of issues, such as <c>dark=0.25</c>.</summary>
    public IReadOnlyList<string> Issues { get; init; } = [];

    public int Channels => Colour == PictureColour.Grey ? 1 : 3;

    public int Width => Channels * Side * Side;

    /// <summary>What a row takes up, in numbers.</summary>
    internal int Weight => Width + ((Pixels?.Count ?? 0) / sizeof(float));

    /// <summary>The shape as the shards' footers keep it.</summary>
    public string Shape => Channels == 1 ? FormattableString.Invariant($"{Side}x{Side}") : FormattableString.Invariant($"3x{Side}x{Side}");
}

/// <summary>Channels of a row's picture.</summary>
public enum PictureColour
{
    Rgb,
    Grey,
}
