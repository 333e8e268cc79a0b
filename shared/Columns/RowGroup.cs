using ParquetPool.Engine;

namespace ParquetPool.Columns;

/// <summary>The size of a row group: about 8 MB, in whole chunks of DuckDB, or less than a chunk where that would be more than 64 MB, so that a reader of wide rows holds little and a writer no more than a few times as much.</summary>
internal static class RowGroup
{
    private const long Bytes = 8 << 20;
    private const long MostBytes = 64 << 20;
    private const int Largest = 122_880;

    /// <summary>Rows of a group where each takes so many bytes.</summary>
    public static int Rows(long rowBytes) =>
        rowBytes * TextFeed.ChunkRows > MostBytes
            ? (int)Math.Max(1, Bytes / rowBytes)
            : (int)Math.Clamp(Bytes / Math.Max(1, rowBytes) / TextFeed.ChunkRows * TextFeed.ChunkRows, TextFeed.ChunkRows, Largest);

    /// <summary>Whether rows of any size, counted at the end of a chunk, fill a group.</summary>
    public static bool IsFull(int rows, long bytes) => rows >= Largest || bytes >= Bytes;
}
