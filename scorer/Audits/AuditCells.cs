using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Audits;

/// <summary>The cells that the rows of a split probe in an approximate audit, one index for each split it is compared with.</summary>
internal sealed class AuditCells(AuditOptions options, AuditInputs inputs, IReadOnlyList<MemoryPlan> plan, CancellationToken stopping) : IDisposable
{
    private readonly Dictionary<int, CellIndex> indexes = [];

    /// <summary>The index of a comparison; null where none was built.</summary>
    public CellIndex? Of(int comparison) => indexes.GetValueOrDefault(comparison);

    /// <summary>Puts the rows of a comparison's other split into cells.</summary>
    /// <param name="comparison">Its place among those of the audit.</param>
    /// <param name="queries">The split's rows; null where they are streamed.</param>
    /// <param name="corpus">The other split's rows, which stay while the index is used; null where they are streamed.</param>
    /// <exception cref="IOException">The index does not fit into memory and its file cannot be written.</exception>
    public MeasuredRecall Build(int comparison, IReadOnlyList<EmbeddingBlock>? queries, IReadOnlyList<EmbeddingBlock>? corpus, Action<long> advance)
    {
        var (split, other) = inputs.Comparisons[comparison];
        using var queryRows = new SplitStreams(() => Reader(split), queries);
        using var corpusRows = new SplitStreams(() => Reader(other), corpus);
        ICellRows Rows(int cells) => corpus is not null
            ? new CellPlaces(cells)
            : new CellFile(Path.Combine(options.Out, $"{other.Name}-cells.tmp"), cells, inputs.Embedder.Width, other.IdOf);
        var search = new NeighbourSearchOptions(options.Neighbours, Within: inputs.Comparisons[comparison].Inside, Threads: options.Threads);
        var index = CellIndex.Build(
            queryRows.Next, split.Rows, corpusRows.Next, other.Rows, Rows, inputs.Embedder.Width, search, options.Approximate!.Value, advance, stopping);
        indexes.Add(comparison, index);
        return index.Recall;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var index in indexes.Values)
        {
            index.Dispose();
        }
    }

    private SplitReader Reader(AuditSplit split) => new(split, inputs.Embedder, plan[inputs.Splits.Index().First(of => of.Item == split).Index].BlockRows);

    /// <summary>A split's rows, as often as they are asked for.</summary>
    private sealed class SplitStreams(Func<SplitReader> open, IReadOnlyList<EmbeddingBlock>? resident) : IDisposable
    {
        private readonly List<SplitReader> opened = [];

        public IEmbeddingSource Next() => resident is null ? Opened() : new ResidentBlocks(resident);

        public void Dispose() => opened.ForEach(reader => reader.Dispose());

        private SplitReader Opened()
        {
            var reader = open();
            opened.Add(reader);
            return reader;
        }
    }
}
