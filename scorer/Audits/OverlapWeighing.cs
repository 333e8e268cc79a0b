using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pairs;

namespace ParquetPool.Scorer.Audits;

/// <summary>Tells what overlaps count beside cosines, by some rows of a split, sought in the split.</summary>
internal sealed class OverlapWeighing(AuditOptions options, AuditInputs inputs, AuditSplit split, MemoryPlan plan, CancellationToken stopping)
{
    /// <param name="blocks">The rows; null where they are streamed.</param>
    /// <returns>How many rows told it.</returns>
    public int Run(OverlapCheck overlaps, IReadOnlyList<EmbeddingBlock>? blocks, Action<long> advance)
    {
        var drawn = overlaps.Drawn(split);
        if (drawn.Count == 0)
        {
            return 0;
        }
        using var reader = new SplitReader(split, inputs.Embedder, plan.BlockRows, drawn.Contains);
        var sample = reader.Load(int.MaxValue, options.Search.Threads, _ => { }, stopping);
        using var streamed = blocks is null ? new SplitReader(split, inputs.Embedder, plan.BlockRows) : null;
        var found = NeighbourSearch.Run(sample, streamed is null ? new ResidentBlocks(blocks!) : streamed, new(overlaps.Nearest, Within: true, Threads: options.Search.Threads), advance, stopping);
        overlaps.Scale(split, found.ByRow(sample, overlaps.Nearest));
        EmbeddingBlock.Free(sample);
        return drawn.Count;
    }
}
