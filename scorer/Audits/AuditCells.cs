using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ParquetPool.Errors;
using ParquetPool.Scorer.Cells;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pairs;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Audits;

/// <summary>The cells that rows probe in an approximate audit: an index for each split that others are compared with.</summary>
internal sealed class AuditCells(AuditOptions options, AuditInputs inputs, IReadOnlyList<MemoryPlan> plan, CancellationToken stopping) : IDisposable
{
    private readonly Dictionary<AuditSplit, CellIndex> indexes = [];
    private readonly Dictionary<int, MeasuredRecall> recalls = [];
    private IndexFile? saved;

    /// <summary>The index of a split's rows; null where there is none now.</summary>
    public CellIndex? Of(AuditSplit split) => indexes.GetValueOrDefault(split);

    /// <summary>[comparison]: what its probes find.</summary>
    public IReadOnlyDictionary<int, MeasuredRecall> Recalls => recalls;

    /// <summary>How many of a split's cells are probed by what it is compared with first.</summary>
    public int ProbesOf(AuditSplit split) => recalls.First(recall => inputs.Comparisons[recall.Key].Other == split).Value.Probes;

    /// <summary>A hash of the centres of a split's cells, which with the rows decide the cells; null where there is no index now.</summary>
    public string? CentresOf(AuditSplit split) =>
        Of(split) is { } index ? Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(index.Centres.Buffer.Span))) : null;

    /// <summary>Puts a split's rows into cells.</summary>
    /// <param name="resident">The rows, which stay while the index is used; null where they are streamed.</param>
    /// <exception cref="IOException">The index does not fit into memory and its file cannot be written.</exception>
    public void Build(AuditSplit split, IReadOnlyList<EmbeddingBlock>? resident, Action<long> advance)
    {
        using var streams = new SplitStreams(picks => new SplitReader(split, inputs.Embedder, BlockRows(split), picks), resident);
        ICellRows Rows(int cells) => resident is not null ? new CellPlaces(cells) : NewFile(split, cells);
        var queries = inputs.Comparisons.Where(comparison => comparison.Other == split).Sum(comparison => (long)comparison.Split.Rows);
        // Nobody knows how many rows will probe an index that is saved.
        var index = CellIndex.Open(streams.Next, split.Rows, options.Search.Index is null ? queries : Math.Max(queries, split.Rows), Rows, inputs.Embedder.Width, stopping);
        indexes.Add(split, index);
        index.Add(streams.Next(null), options.Search.Threads, advance, stopping);
    }

    /// <summary>Takes a split's cells from the file of <c>--index</c>, adds the rows of new shards and saves them; makes the file where there is none.</summary>
    /// <exception cref="DataException">The file is of other rows or vectors.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public void Resume(AuditSplit split, Action<long> advance)
    {
        var hashes = split.Shards.Select(shard => ContentHash.Of(shard.Path, stopping)).ToList();
        var compared = IndexFile.Compared(options, inputs);
        if (File.Exists(options.Search.Index))
        {
            saved = IndexFile.Open(options.Search.Index, compared, split, hashes);
            var index = saved.ToIndex(cells => NewFile(split, cells));
            indexes.Add(split, index);
            using var reader = new SplitReader(split, inputs.Embedder, BlockRows(split), known: saved.Shards);
            index.Add(reader, options.Search.Threads, advance, stopping);
        }
        else
        {
            Build(split, null, advance);
        }
        if (saved?.Shards.Count != split.Shards.Count)
        {
            IndexFile.Write(options.Search.Index!, compared, indexes[split], split, hashes);
        }
    }

    /// <summary>Chooses how many cells of the other split the rows of a comparison probe.</summary>
    /// <param name="search">What is sought.</param>
    /// <param name="queries">The split's rows; null where they are streamed.</param>
    public MeasuredRecall Probe(int comparison, NeighbourSearchOptions search, IReadOnlyList<EmbeddingBlock>? queries, Action<long> advance)
    {
        var (split, other) = inputs.Comparisons[comparison];
        using var streams = new SplitStreams(picks => new SplitReader(split, inputs.Embedder, BlockRows(split), picks), queries);
        var sample = CellProbes.Sample(split.Rows);
        using var sampled = sample.From(streams.Next(sample.Draws), inputs.Embedder.Width, stopping);
        return recalls[comparison] = CellProbes.Choose(indexes[other], sampled, search, options.Search.Approximate!.Value, other.Rows, advance, stopping);
    }

    /// <summary>Forgets the index of a split, if there is one.</summary>
    public void Drop(AuditSplit split)
    {
        if (indexes.Remove(split, out var index))
        {
            index.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var index in indexes.Values)
        {
            index.Dispose();
        }
        saved?.Dispose();
    }

    private CellFile NewFile(AuditSplit split, int cells) =>
        new(TemporaryFile.NameOf(Path.Combine(options.Out, $"cells-{inputs.Place(split)}")), cells, inputs.Embedder.Width, split.IdOf);

    private int BlockRows(AuditSplit split) => plan[inputs.Place(split)].BlockRows;

    /// <summary>A split's rows, or some of them, as often as they are asked for.</summary>
    private sealed class SplitStreams(Func<Func<int, bool>?, SplitReader> open, IReadOnlyList<EmbeddingBlock>? resident) : IDisposable
    {
        private readonly List<SplitReader> opened = [];

        public IEmbeddingSource Next(Func<int, bool>? picks) => resident is null ? Opened(picks) : new ResidentBlocks(resident);

        public void Dispose() => opened.ForEach(reader => reader.Dispose());

        private SplitReader Opened(Func<int, bool>? picks)
        {
            opened.Add(open(picks));
            return opened[^1];
        }
    }
}
