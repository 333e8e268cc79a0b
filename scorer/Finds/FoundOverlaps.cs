using ParquetPool.Scorer.Overlaps;
using ParquetPool.ShardRows;

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

    /// <summary>The row, more similar where its picture fits the one that is looked for.</summary>
    public static FoundRow Raised(FoundRow row, byte[]? file, GreyPicture? sought)
    {
        if (sought is null || file is null || GreyPicture.Of(file) is not { } picture)
        {
            return row;
        }
        var (overlap, similarity) = OverlapSearch.Of(sought, picture);
        return row with { Similarity = Math.Max(row.Similarity, similarity), Overlap = similarity >= Math.Min(row.Similarity, OverlapSearch.Plain) ? overlap.Words() : null };
    }
}
