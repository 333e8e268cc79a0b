using ParquetPool.Pictures;
using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Cells;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Overlaps;
using ParquetPool.Scorer.Pairs;

namespace ParquetPool.Scorer.Audits;

/// <summary>Seeks altered copies of sampled rows among all rows of the first split, as its rows were compared.</summary>
/// <param name="overlaps">Null where no pictures are laid over each other.</param>
internal sealed class CopySearch(AuditOptions options, AuditInputs inputs, MemoryPlan plan, PictureColumn? picture, OverlapCheck? overlaps, CancellationToken stopping)
{
    private readonly AuditSplit split = inputs.Splits[0];

    /// <summary>Whether pictures alone were compared, and not by averaged pixels.</summary>
    public bool HasBaseline => inputs.Embedder is not PixelEmbedder && inputs.Embedder.Columns is [var column] && column.Name == picture?.Name;

    /// <param name="blocks">The rows; null where they are streamed.</param>
    /// <param name="cells">Those of an approximate audit; where the split has none, all rows are compared.</param>
    public CopyTrial Seek(IReadOnlyList<EmbeddingBlock>? blocks, AuditCells cells, Action<long> advance) =>
        cells.Of(split) is { } index
            ? Seek(inputs.Queries, Laid, copies => CellSearch.Run(copies, index, cells.ProbesOf(split), Sought(Laid), null, advance, stopping))
            : Seek(inputs.Queries, inputs.Embedder, Laid, blocks, advance);

    /// <summary>What lays the pictures of copies over those of rows; null where copies have none.</summary>
    private OverlapCheck? Laid => picture is not null && inputs.Embedder.Columns.Any(column => column.Name == picture.Name) ? overlaps : null;

    /// <summary>By averaged pixels instead.</summary>
    public CopyTrial SeekByPixels(Action<long> advance)
    {
        using var pixels = new PixelEmbedder(inputs.Embedder.Columns[0], PictureFormat.Parse(picture!.Format)!);
        return Seek(pixels, pixels, laid: null, blocks: null, advance);
    }

    private NeighbourSearchOptions Sought(OverlapCheck? laid) => new(laid?.Nearest ?? 1, Threads: options.Search.Threads);

    private CopyTrial Seek(Embedder queries, Embedder embedder, OverlapCheck? laid, IReadOnlyList<EmbeddingBlock>? blocks, Action<long> advance)
    {
        using var streamed = blocks is null ? new SplitReader(split, embedder, plan.BlockRows) : null;
        return Seek(queries, laid, copies => NeighbourSearch.Run(copies, streamed is null ? new ResidentBlocks(blocks!) : streamed, Sought(laid), advance, stopping));
    }

    private CopyTrial Seek(Embedder queries, OverlapCheck? laid, Func<IReadOnlyList<EmbeddingBlock>, NeighbourSearchResult> search)
    {
        var sample = new CopySample(split, queries, options.Seed, laid is null ? CopySample.MostRows : CopySample.MostPictures, stopping);
        var altered = sample.Copies(picture);
        var found = search(altered).ByRow(altered, Sought(laid).Neighbours);
        EmbeddingBlock.Free(altered);
        if (laid is null)
        {
            return sample.Trial(found.Select(copy => (copy.Row, copy.Nearest[0] is [var nearest, ..] ? nearest : (Neighbour?)null)));
        }
        using var pictures = new GreyFile(options.Out);
        sample.CopyPictures(picture!, laid.PicturesOf(split), pictures);
        return sample.Trial(laid.Check(pictures, laid.PicturesOf(split), found, _ => { }).Select(copy => (copy.Row, copy.Nearest is [var nearest, ..] ? nearest.Neighbour : (Neighbour?)null)));
    }
}
