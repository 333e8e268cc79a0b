namespace ParquetPool.Shards;

/// <summary>The size of a row group: about 16 MB, in whole chunks of DuckDB, so that a reader of wide rows holds little.</summary>
internal static class RowGroup
{
    private const long Bytes = 16 << 20;
    private const int Largest = 122_880;

    public static int Rows(long rowBytes) =>
        (int)Math.Clamp(Bytes / Math.Max(1, rowBytes) / Feed.ChunkRows * Feed.ChunkRows, Feed.ChunkRows, Largest);
}
