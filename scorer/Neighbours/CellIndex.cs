using ParquetPool.Randomness;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>A corpus in cells of near rows, so that a query meets a few cells only: an inverted file (Sivic and Zisserman, 2003; Jégou et al., 2011).</summary>
/// <remarks>
/// <para>A row belongs to the centre of highest cosine. How many cells a query probes is chosen on half of a sample of the queries whose nearest rows are found
/// exactly while the corpus streams by, and measured on the other half. Centres, cells and probes depend on the rows, their numbers and the seed alone.</para>
/// <para>Memory: the sampled rows, 4 bytes a row, and what <see cref="CellFile"/> says; the rows lie in a file.</para>
/// </remarks>
internal sealed class CellIndex : IDisposable
{
    private const int SampleOfCell = 32;
    private const int BlockRows = 512;
    private const int LeastSampled = 200;
    private const int MostSampled = 2000;
    private const int QueriesOfSampled = 50;
    private const uint Seed = 1;

    private readonly IReadOnlyList<EmbeddingBlock> centres;
    private readonly int[] cellOf;

    private CellIndex(IReadOnlyList<EmbeddingBlock> centres, CellFile file, int rows) => (this.centres, File, cellOf) = (centres, file, new int[rows]);

    public CellFile File { get; }

    public int Cells => centres.Sum(c => c.Count);

    public MeasuredRecall Recall { get; private set; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Puts a corpus into cells.</summary>
    /// <param name="queries">Streams the query rows anew, of which there are <paramref name="queryRows"/>.</param>
    /// <param name="corpus">Streams the corpus anew, of which there are <paramref name="corpusRows"/> rows; it is streamed twice.</param>
    /// <param name="search">What is sought.</param>
    /// <param name="path">The file of the rows, which vanishes with the index.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static CellIndex Build(
        Func<IEmbeddingSource> queries, int queryRows, Func<IEmbeddingSource> corpus, int corpusRows, int width, NeighbourSearchOptions search,
        double targetRecall, string path, Action<long> advance, CancellationToken stopping)
    {
        var cells = Math.Clamp((int)(2 * Math.Sqrt(queryRows)), 1, Math.Max(1, corpusRows / SampleOfCell));
        using var rows = Sample(corpus(), corpusRows, SampleOfCell * cells, stream: 0, width, stopping);
        using var sampled = Sample(queries(), queryRows, Math.Clamp(queryRows / QueriesOfSampled, LeastSampled, MostSampled), stream: 1, width, stopping);
        var index = new CellIndex(Centres(rows, Math.Min(cells, Math.Max(1, rows.Count))), new CellFile(path, cells, width), corpusRows);
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
        NeighbourSearch.Run(queries, new ResidentBlocks(centres), new NeighbourSearchOptions(Recall.Probes, Threads: threads), _ => { }, stopping).Lists;

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Dispose();
        foreach (var block in centres)
        {
            block.Dispose();
        }
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

    private static List<EmbeddingBlock> Centres(EmbeddingBlock rows, int count)
    {
        using var found = SphericalMeans.Find(rows.Buffer, count);
        var size = EmbeddingBlock.EvenRows(count, BlockRows);
        var blocks = new List<EmbeddingBlock>();
        for (var centre = 0; centre < count; centre++)
        {
            if (centre % size == 0)
            {
                blocks.Add(new EmbeddingBlock(size, rows.Width));
            }
            blocks[^1].TryAdd(found.Span.Slice(centre * rows.Width, rows.Width), centre, $"{centre:D8}", (UInt128)centre);
        }
        return blocks;
    }

    /// <summary>Puts every row into its cell; meanwhile the sampled queries meet them all.</summary>
    private TopNeighbours Fill(IEmbeddingSource corpus, EmbeddingBlock sampled, NeighbourSearchOptions search, Action<long> advance, CancellationToken stopping)
    {
        var nearest = new TopNeighbours(sampled.Count, search.Neighbours);
        var floors = new SearchFloors([sampled], -1);
        using var product = new BlockProduct(sampled.Capacity, corpus.BlockRows, sampled.Width);
        using var byCentre = new BlockProduct(corpus.BlockRows, centres[0].Capacity, sampled.Width);
        Workers.Run(
            search.Threads,
            (_, stop) =>
            {
                using var worker = new SearchWorker([sampled], search, product, floors, null);
                using var spare = new EmbeddingBlock(corpus.BlockRows, sampled.Width);
                while (corpus.Next(spare, stop) is { } block)
                {
                    worker.Visit(block, stop);
                    Assign(block, byCentre, stop);
                    advance(block.Count);
                }
                lock (nearest)
                {
                    nearest.Merge(worker.Lists[0]);
                }
            },
            stopping);
        File.Complete();
        return nearest;
    }

    private void Assign(EmbeddingBlock block, BlockProduct product, CancellationToken stopping)
    {
        using var worker = new SearchWorker([block], new NeighbourSearchOptions(), product, new SearchFloors([block], -1), null);
        foreach (var some in centres)
        {
            worker.Visit(some, stopping);
        }
        for (var i = 0; i < block.Count; i++)
        {
            var cell = worker.Lists[0][i][0].Row;
            cellOf[block.RowAt(i)] = cell;
            File.Add(cell, block, i);
        }
    }

    private MeasuredRecall Measure(EmbeddingBlock sampled, TopNeighbours exact, double target)
    {
        var ranks = new List<int>[] { [], [] };
        for (var i = 0; i < sampled.Count; i++)
        {
            var order = centres.SelectMany(c => Enumerable.Range(0, c.Count).Select(n => sampled.Meet(i, c, n))).ToArray();
            foreach (var neighbour in exact[i])
            {
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
