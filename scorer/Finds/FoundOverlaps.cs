using ParquetPool.Scorer.Overlaps;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Finds;

/// <summary>Lays the pictures of the nearest rows over the one that is looked for: those that fit count as more similar, as in an audit.</summary>
internal static class FoundOverlaps
{
    /// <summary>Rows whose pictures are laid over it, or as many as are asked for, where these are more.</summary>
    public const int Nearest = 64;

    /// <summary>The picture that is looked for, or that of the row; null where there is none.</summary>
    public static GreyPicture? Sought(SoughtVector sought)
    {
        var file = sought.Picture ?? (sought.Place is var (shard, row) ? ShownRows.Read(shard, [row]).FirstOrDefault()?.Picture : null);
        return file is null ? null : GreyPicture.Of(file);
    }

    /// <summary>The rows in their new order.</summary>
    public static IReadOnlyList<FoundRow> Raised(IReadOnlyList<FoundRow> rows, Func<FoundRow, byte[]?> pictureOf, GreyPicture sought) =>
        [.. rows.Select(row => pictureOf(row) is { } file && GreyPicture.Of(file) is { } picture ? Raised(row, OverlapSearch.Of(sought, picture)) : row).Order(Comparer<FoundRow>.Create((a, b) => a.Precedes(b) ? -1 : b.Precedes(a) ? 1 : 0))];

    private static FoundRow Raised(FoundRow row, (PictureOverlap Overlap, double Similarity) of) =>
        row with { Similarity = Math.Max(row.Similarity, of.Similarity), Overlap = of.Similarity >= Math.Min(row.Similarity, OverlapSearch.Plain) ? of.Overlap.Words() : null };
}
