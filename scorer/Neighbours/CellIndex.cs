using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using ParquetPool.Randomness;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>A corpus in cells of near rows, so that a query meets a few cells only: an inverted file (Sivic and Zisserman, 2003; Jégou et al., 2011).</summary>
/// <remarks>
/// <para>A row belongs to the centre of highest cosine. How many cells a query probes is chosen on half of a sample of the queries whose nearest rows are found
/// exactly while the corpus streams by, and measured on the other half. Centres, cells and probes depend on the rows, their numbers and the seed alone.</para>
/// <para>Memory: the sampled rows, 4 bytes a row, and what <see cref="CellPlaces"/> says of rows that stay in memory, <see cref="CellFile"/> of others.</para>
/// </remarks>
internal sealed class CellIndex : IDisposable
{
    private const int SampleOfCell = 32;
    private const int CellsOfRoot = 5;
    private const int LeastSampled = 200;
    private const int MostSampled = 2000;
    private const int QueriesOfSampled = 50;
    private const uint Seed = 1;

    private readonly EmbeddingBlock centres;
    private readonly float[] ones;
    private readonly int[] cellOf;

    private CellIndex(EmbeddingBlock centres, ICellRows rows, int count) => (this.centres, Rows, ones, cellOf) = (centres, rows, [.. Enumerable.Repeat(1f, centres.Count)], new int[count]);

    public ICellRows Rows { get; }

    public int Cells => centres.Count;

    public MeasuredRecall Recall { get; private set; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Puts a corpus into cells.</summary>
    /// <param name="queries">Streams the query rows anew, of which there are <paramref name="queryRows"/>.</param>
    /// <param name="corpus">Streams the corpus anew, of which there are <paramref name="corpusRows"/> rows; it is streamed twice.</param>
    /// <param name="search">What is sought.</param>
    /// <param name="newRows">Makes room for the rows of so many cells.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static CellIndex Build(
        Func<IEmbeddingSource> queries, int queryRows, Func<IEmbeddingSource> corpus, int corpusRows, Func<int, ICellRows> newRows, int width, NeighbourSearchOptions search,
        double targetRecall, Action<long> advance, CancellationToken stopping)
    {
        var cells = Math.Clamp((int)(CellsOfRoot * Math.Sqrt(queryRows)), 1, Math.Max(1, corpusRows / SampleOfCell));
        var some = Sample(corpus(), corpusRows, SampleOfCell * cells, stream: 0, width, stopping);
        // None where nearly all rows are rejected.
        using var rows = some.Count > 0 ? some : Sample(corpus(), corpusRows, corpusRows, stream: 0, width, stopping);
        using var sampled = Sample(queries(), queryRows, Math.Clamp(queryRows / QueriesOfSampled, LeastSampled, MostSampled), stream: 1, width, stopping);
        var index = new CellIndex(Centres(rows, Math.Min(cells, Math.Max(1, rows.Count))), newRows(cells), corpusRows);
        try
        {
            var exact = index.Fill(corpus(), sampled, search, advance, stopping);
            index.Recall = index.Measure(sampled, exact, targetRecall);
            return index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>The cells that each query row probes, nearest first, in the order of the blocks.</summary>
    public IReadOnlyList<TopNeighbours> ProbesOf(IReadOnlyList<EmbeddingBlock> queries, int threads, CancellationToken stopping) =>
        NeighbourSearch.Run(queries, new ResidentBlocks([centres]), new NeighbourSearchOptions(Recall.Probes, Threads: threads), _ => { }, stopping).Lists;

    /// <inheritdoc/>
    public void Dispose()
    {
        Rows.Dispose();
        centres.Dispose();
    }

    /// <summary>About as many rows as asked for, drawn by their numbers, in the order of their numbers.</summary>
    private static EmbeddingBlock Sample(IEmbeddingSource source, int total, int count, uint stream, int width, CancellationToken stopping)
    {
        var share = (double)count / Math.Max(1, total);
        var drawn = new SortedDictionary<int, (float[] Vector, string Id, UInt128 Fingerprint)>();
        using var spare = new EmbeddingBlock(source.BlockRows, width);
        Span<uint> word = stackalloc uint[1];
        while (source.Next(spare, stopping) is { } block)
        {
            for (var i = 0; i < block.Count; i++)
            {
                Philox.Fill(Seed, stream, (uint)block.RowAt(i), 0, 0, 0, word);
                if (word[0] < share * uint.MaxValue)
                {
                    drawn.Add(block.RowAt(i), (block.VectorAt(i).ToArray(), block.IdAt(i), block.FingerprintAt(i)));
                }
            }
        }
        var sample = new EmbeddingBlock(Math.Max(1, drawn.Count), width);
        foreach (var (row, known) in drawn)
        {
            sample.TryAdd(known.Vector, row, known.Id, known.Fingerprint);
        }
        return sample;
    }

    private static EmbeddingBlock Centres(EmbeddingBlock rows, int count)
    {
        using var found = SphericalMeans.Find(rows.Buffer, count);
        var centres = new EmbeddingBlock(count, rows.Width);
        for (var centre = 0; centre < count; centre++)
        {
            centres.TryAdd(found.Span.Slice(centre * rows.Width, rows.Width), centre, $"{centre:D8}", (UInt128)centre);
        }
        return centres;
    }

    /// <summary>Puts every row into its cell; meanwhile the sampled queries meet them all.</summary>
    private TopNeighbours Fill(IEmbeddingSource corpus, EmbeddingBlock sampled, NeighbourSearchOptions search, Action<long> advance, CancellationToken stopping)
    {
        var nearest = new TopNeighbours(sampled.Count, search.Neighbours);
        var floors = new SearchFloors([sampled], -1);
        using var product = new BlockProduct(sampled.Capacity, corpus.BlockRows, sampled.Width);
        using var byCentre = new BlockProduct(corpus.BlockRows, centres.Capacity, sampled.Width);
        Workers.Run(
            search.Threads,
            (_, stop) =>
            {
                using var worker = new SearchWorker([sampled], search, product, floors, null);
                using var cosines = byCentre.NewProducts();
                using var spare = new EmbeddingBlock(corpus.BlockRows, sampled.Width);
                while (corpus.Next(spare, stop) is { } block)
                {
                    worker.Visit(block, stop);
                    Assign(block, byCentre, cosines);
                    advance(block.Count);
                }
                lock (nearest)
                {
                    nearest.Merge(worker.Lists[0]);
                }
            },
            stopping);
        Rows.Complete();
        return nearest;
    }

    /// <summary>Puts rows into the cell of the nearest centre, decided in double where float leaves it open.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Assign(EmbeddingBlock block, BlockProduct product, TensorBuffer cosines)
    {
        product.Multiply(block.Buffer, centres.Buffer, cosines);
        var near = new int[centres.Count];
        for (var i = 0; i < block.Count; i++)
        {
            var row = cosines.Span.Slice(i * centres.Capacity, centres.Count);
            TensorPrimitives.Multiply(row, centres.InverseNorms, row);
            var open = TensorPrimitives.Max<float>(row) - (float)(2.5 * Cosine.FloatError(block.Width) * block.NormAt(i));
            var count = SimilarityScan.Find(row, ones, open, near, SimilarityScan.Widest);
            var best = block.Meet(i, centres, near[0]);
            foreach (var centre in near.AsSpan(1, count - 1))
            {
                var other = block.Meet(i, centres, centre);
                best = other.Precedes(best) ? other : best;
            }
            cellOf[block.RowAt(i)] = best.Row;
            Rows.Add(best.Row, block, i);
        }
    }

    private MeasuredRecall Measure(EmbeddingBlock sampled, TopNeighbours exact, double target)
    {
        var ranks = new List<int>[] { [], [] };
        for (var i = 0; i < sampled.Count; i++)
        {
            var order = Enumerable.Range(0, centres.Count).Select(c => sampled.Meet(i, centres, c)).ToArray();
            foreach (var neighbour in exact[i])
            {
                // Every centre found is in the block, so that its place is its number.
                var needed = order[cellOf[neighbour.Row]];
                ranks[i % 2].Add(1 + order.Count(c => c.Precedes(needed)));
            }
        }
        var chosenBy = ranks[0].Order().ToList();
        // Half of what may be missed is kept as a margin: a sample is not the whole.
        var share = 1 - ((1 - target) / 2);
        var probes = chosenBy.Count == 0 ? 1 : chosenBy[Math.Max(0, (int)Math.Ceiling(share * chosenBy.Count) - 1)];
        return MeasuredRecall.Of(Cells, probes, ranks[1].Count(r => r <= probes), ranks[1].Count);
    }
}
