using ParquetPool.Pictures;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Audits;

/// <summary>Seeks altered copies of sampled rows among all rows of the first split, as its rows were compared.</summary>
internal sealed class CopySearch(AuditOptions options, AuditInputs inputs, MemoryPlan plan, PictureColumn? picture, CancellationToken stopping)
{
    private readonly AuditSplit split = inputs.Splits[0];

    /// <summary>Whether pictures alone were compared, and not by averaged pixels.</summary>
    public bool HasBaseline => inputs.Embedder is not PixelEmbedder && inputs.Embedder.Columns is [var column] && column.Name == picture?.Name;

    /// <param name="blocks">The rows; null where they are streamed.</param>
    /// <param name="cells">Those of an approximate audit; where the split has none, all rows are compared.</param>
    public CopyTrial Seek(IReadOnlyList<EmbeddingBlock>? blocks, AuditCells cells, Action<long> advance) =>
        cells.Of(split) is { } index
            ? Seek(inputs.Queries, copies => CellSearch.Run(copies, index, cells.ProbesOf(split), Search, null, advance, stopping))
            : Seek(inputs.Queries, inputs.Embedder, blocks, advance);

    /// <summary>By averaged pixels instead.</summary>
    public CopyTrial SeekByPixels(Action<long> advance)
    {
        using var pixels = new PixelEmbedder(inputs.Embedder.Columns[0], PictureFormat.Parse(picture!.Format)!);
        return Seek(pixels, pixels, blocks: null, advance);
    }

    private NeighbourSearchOptions Search => new(Threads: options.Search.Threads);

    private CopyTrial Seek(Embedder queries, Embedder embedder, IReadOnlyList<EmbeddingBlock>? blocks, Action<long> advance)
    {
        using var streamed = blocks is null ? new SplitReader(split, embedder, plan.BlockRows) : null;
        return Seek(queries, copies => NeighbourSearch.Run(copies, streamed is null ? new ResidentBlocks(blocks!) : streamed, Search, advance, stopping));
    }

    private CopyTrial Seek(Embedder queries, Func<IReadOnlyList<EmbeddingBlock>, NeighbourSearchResult> search)
    {
        var sample = new CopySample(split, queries, options.Seed, stopping);
        var altered = sample.Copies(picture);
        var found = search(altered);
        foreach (var block in altered)
        {
            block.Dispose();
        }
        return sample.Trial(altered, found);
    }
}
