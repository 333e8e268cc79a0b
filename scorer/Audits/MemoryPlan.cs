using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Audits;

/// <summary>What of a split's vectors stays in memory and what is streamed.</summary>
/// <param name="Stays">The split is read once and kept for all comparisons.</param>
/// <param name="Whole">It lies in memory as a whole while its rows are the queries; otherwise part after part, and what is compared with them is streamed.</param>
/// <param name="PartBlocks">Blocks of a part: of queries that are compared, and recorded as finished, together.</param>
internal sealed record MemoryPlan(bool Stays, bool Whole, int BlockRows, int PartBlocks)
{
    /// <summary>The most rows of a part: a minute or two against a million rows, and the most that a killed audit loses.</summary>
    public const int PartRows = 1 << 15;
    private const int PerMebibyte = 1 << 20;

    /// <summary>[split]: keeps splits in their order while they take at most half of the given number of MiB; the others share the rest.</summary>
    public static IReadOnlyList<MemoryPlan> Make(IReadOnlyList<int> rows, int width, int megabytes, int partRows)
    {
        var rowBytes = (long)width * sizeof(float);
        var budget = (long)megabytes * PerMebibyte;
        long kept = 0;
        var stays = rows.Select(count => kept + (count * rowBytes) <= budget / 2 && (kept += count * rowBytes) >= 0).ToList();
        return
        [
            .. rows.Zip(stays, (count, stay) =>
            {
                var block = EmbeddingBlock.EvenRows(count);
                var blocks = Math.Max(1, (budget - kept) / (block * rowBytes));
                return new MemoryPlan(stay, stay || blocks * block >= count, block, (int)Math.Min(stay ? int.MaxValue : blocks, Math.Max(1, partRows / block)));
            }),
        ];
    }

    /// <summary>How rows of several vectors each are read as queries: in half of the given number of MiB, part after part.</summary>
    public static MemoryPlan OfQueries(Embedder embedder, int megabytes, int partRows)
    {
        var block = Math.Max(1, EmbeddingBlock.DefaultRows / embedder.Vectors);
        var blocks = Math.Max(1, (long)megabytes * PerMebibyte / 2 / ((long)block * embedder.Vectors * embedder.Width * sizeof(float)));
        return new MemoryPlan(Stays: false, Whole: false, block, (int)Math.Min(blocks, Math.Max(1, partRows / block)));
    }

    /// <summary>Parts of so many rows.</summary>
    public long Parts(int rows) => (rows + ((long)BlockRows * PartBlocks) - 1) / ((long)BlockRows * PartBlocks);
}
