namespace ParquetPool.Scorer.Overlaps;

/// <summary>The eight ways to lay a picture: so many quarters turned clockwise, and then mirrored left to right or not.</summary>
internal enum Facing : byte
{
    Upright,
    Turned90,
    Turned180,
    Turned270,
    Mirrored,
    MirroredTurned90,
    MirroredTurned180,
    MirroredTurned270,
}

/// <summary>What an <see cref="Facing"/> does.</summary>
internal static class Facings
{
    public static int Quarters(this Facing facing) => (int)facing & 3;

    public static bool IsMirrored(this Facing facing) => facing >= Facing.Mirrored;

    public static bool SwapsSides(this Facing facing) => (facing.Quarters() & 1) == 1;

    /// <summary>In words, as what one picture is of the other; empty where both are upright.</summary>
    /// <remarks>A quarter to the left and one to the right read the same: which picture was turned nobody knows.</remarks>
    public static string Words(this Facing facing) => (facing.Quarters(), facing.IsMirrored()) switch
    {
        (0, false) => "",
        (0, true) => "mirrored",
        (2, false) => "upside down",
        (2, true) => "mirrored top to bottom",
        (_, false) => "turned by 90°",
        _ => "turned by 90° and mirrored",
    };
}
