using ParquetPool.Scorer.Calibration;
using ParquetPool.Scorer.Cells;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pairs;

namespace ParquetPool.Scorer.Audits;

/// <summary>Compares a part of a split's rows with the rows of a split: neighbours in, pairs and evidence out.</summary>
/// <param name="overlaps">Null where no pictures are laid over each other.</param>
internal sealed class PartSearch(AuditOptions options, AuditInputs inputs, IReadOnlyList<PairEvidence> evidence, OverlapCheck? overlaps, Action<AuditPair> found, CancellationToken stopping)
{
    /// <summary>Compares the part with what an <see cref="IEmbeddingSource"/> streams.</summary>
    /// <param name="comparison">Its place among those of the audit.</param>
    /// <returns>Pairs compared, and cosines that were decided in double.</returns>
    public (long Compared, long Recomputed) Streamed(int comparison, IReadOnlyList<EmbeddingBlock> part, IEmbeddingSource corpus, Action<long> advance) =>
        options.Pairs.AllPairs ? Join(comparison, part, corpus, inputs.Comparisons[comparison].Inside, advance) : Search(comparison, part, corpus, advance);

    /// <summary>Compares the part with blocks in memory; inside a split, with itself and, where a search for all pairs is to find each once, only with what comes behind it.</summary>
    /// <param name="corpus">All blocks of the other split, in the order of their rows.</param>
    public (long Compared, long Recomputed) Resident(int comparison, IReadOnlyList<EmbeddingBlock> part, IReadOnlyList<EmbeddingBlock> corpus, Action<long> advance)
    {
        if (!options.Pairs.AllPairs || !inputs.Comparisons[comparison].Inside)
        {
            return Streamed(comparison, part, new ResidentBlocks(corpus), advance);
        }
        var behind = corpus.Where(block => block.RowAt(0) > part[^1].RowAt(0)).ToList();
        var within = Join(comparison, part, new ResidentBlocks(part), within: true, advance);
        var across = behind.Count > 0 ? Join(comparison, part, new ResidentBlocks(behind), within: false, advance) : default;
        return (within.Compared + across.Compared, within.Recomputed + across.Recomputed);
    }

    /// <summary>Compares the part with the cells that its rows probe.</summary>
    public (long Compared, long Recomputed) Approximate(int comparison, IReadOnlyList<EmbeddingBlock> part, CellIndex index, int probes, Action<long> advance) =>
        Take(comparison, part, CellSearch.Run(part, index, probes, Sought(comparison), evidence[comparison].NearestOfOther, advance, stopping), advance);

    /// <summary>What is sought: the second neighbour is evidence, the others are for the calibration and the overlaps, also where they are not listed.</summary>
    public NeighbourSearchOptions Sought(int comparison) =>
        new(Math.Max(overlaps?.Nearest ?? 0, Math.Max(NeighbourDistances.Kept, options.Pairs.Neighbours)), Within: inputs.Comparisons[comparison].Inside, Threads: options.Search.Threads);

    private (long Compared, long Recomputed) Join(int comparison, IReadOnlyList<EmbeddingBlock> part, IEmbeddingSource corpus, bool within, Action<long> advance) =>
        ThresholdJoin.Run(
            part, corpus, new ThresholdJoinOptions(options.Pairs.Threshold!.Value, within, options.Search.Threads),
            pairs =>
            {
                foreach (var pair in pairs)
                {
                    evidence[comparison].Add(pair.Query, pair.Corpus, pair.Similarity);
                    found(new AuditPair(comparison, pair.Query, pair.Corpus, Rank: 0, pair.Similarity, pair.Similarity, pair.Exact));
                }
            },
            advance, stopping);

    private (long Compared, long Recomputed) Search(int comparison, IReadOnlyList<EmbeddingBlock> part, IEmbeddingSource corpus, Action<long> advance) =>
        Take(comparison, part, NeighbourSearch.Run(part, corpus, Sought(comparison), advance, stopping, evidence[comparison].NearestOfOther), advance);

    private (long Compared, long Recomputed) Take(int comparison, IReadOnlyList<EmbeddingBlock> part, NeighbourSearchResult result, Action<long> advance)
    {
        var byRow = result.ByRow(part, Sought(comparison).Neighbours);
        var all = overlaps?.Check(overlaps.PicturesOf(inputs.Comparisons[comparison].Split), overlaps.PicturesOf(inputs.Comparisons[comparison].Other), byRow, advance)
            ?? byRow.Select(of => (of.Row, (IReadOnlyList<CheckedNeighbour>)[.. of.Nearest[0].ToArray().Select(neighbour => new CheckedNeighbour(neighbour, neighbour.Similarity, default))]));
        foreach (var (row, nearest) in all)
        {
            evidence[comparison].Distances!.Set(row, [.. nearest.Select(of => of.Neighbour)]);
            var rank = 0;
            foreach (var (neighbour, cosine, overlap) in nearest)
            {
                evidence[comparison].Add(row, neighbour.Row, neighbour.Similarity);
                if (++rank <= options.Pairs.Neighbours && neighbour.Similarity >= (options.Pairs.Threshold ?? -1))
                {
                    found(new AuditPair(comparison, row, neighbour.Row, rank, neighbour.Similarity, cosine, neighbour.Exact, overlap));
                }
            }
        }
        return (result.Pairs, result.Recomputed);
    }
}
