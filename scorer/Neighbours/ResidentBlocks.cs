namespace ParquetPool.Scorer.Neighbours;

/// <summary>A corpus that lies in memory.</summary>
/// <remarks>The blocks belong to the caller. Made anew for each search.</remarks>
internal sealed class ResidentBlocks(IReadOnlyList<EmbeddingBlock> blocks) : IEmbeddingSource
{
    private int taken;

    /// <inheritdoc/>
    public int BlockRows { get; } = blocks.Count > 0 ? blocks[0].Capacity : 1;

    /// <inheritdoc/>
    public EmbeddingBlock? Next(EmbeddingBlock spare, CancellationToken stopping)
    {
        var next = Interlocked.Increment(ref taken) - 1;
        return next < blocks.Count ? blocks[next] : null;
    }
}
