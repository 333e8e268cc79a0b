using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Cells;

/// <summary>A corpus in cells of near rows, so that a query meets a few cells only: an inverted file (Sivic and Zisserman, 2003; Jégou et al., 2011).</summary>
/// <remarks>
/// <para>A row belongs to the centre of highest cosine. Centres and cells depend on the rows and their numbers alone.</para>
/// <para>Memory: the rows that the centres are found by, and what <see cref="CellPlaces"/> says of rows that stay in memory, <see cref="CellFile"/> of others.</para>
/// </remarks>
internal sealed class CellIndex(EmbeddingBlock centres, ICellRows rows) : IDisposable
{
    private const int BlockRows = 1024;
    private const int SampleOfCell = 32;
    private const int CellsOfRoot = 5;

    private readonly float[] ones = [.. Enumerable.Repeat(1f, centres.Count)];

    public ICellRows Rows => rows;

    public int Cells => centres.Count;

    /// <summary>[cell, element]: the directions that cells lie around.</summary>
    public EmbeddingBlock Centres => centres;

    /// <summary>An index without rows yet.</summary>
    /// <param name="corpus">Streams those rows of the corpus, of which there are <paramref name="corpusRows"/>, that are picked; others may be among them.</param>
    /// <param name="queryRows">Rows that will probe it: the more, the more cells are worth their making.</param>
    /// <param name="newRows">Makes room for the rows of so many cells.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static CellIndex Open(
        Func<Func<int, bool>, IEmbeddingSource> corpus, int corpusRows, long queryRows, Func<int, ICellRows> newRows, int width, CancellationToken stopping)
    {
        var wanted = Math.Clamp((int)(CellsOfRoot * Math.Sqrt(queryRows)), 1, Math.Max(1, corpusRows / SampleOfCell));
        EmbeddingBlock Sample(int count)
        {
            var sample = new RowSample(corpusRows, count, stream: 0);
            return sample.From(corpus(sample.Draws), width, stopping);
        }
        var some = Sample(SampleOfCell * wanted);
        // None where nearly all rows are rejected.
        using var sample = some.Count > 0 ? some : Sample(corpusRows);
        var cells = Math.Min(wanted, Math.Max(1, sample.Count));
        return new CellIndex(CentresOf(sample, cells), newRows(cells));
    }

    /// <summary>Puts rows into their cells.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(IEmbeddingSource corpus, int threads, Action<long> advance, CancellationToken stopping)
    {
        using var product = new BlockProduct(corpus.BlockRows, centres.Capacity, centres.Width);
        Workers.Run(
            threads,
            (_, stop) =>
            {
                using var cosines = product.NewProducts();
                using var spare = new EmbeddingBlock(corpus.BlockRows, centres.Width);
                while (corpus.Next(spare, stop) is { } block)
                {
                    Add(block, product, cosines);
                    advance(block.Count);
                }
            },
            stopping);
        rows.Complete();
    }

    /// <summary>The query rows that probe each cell.</summary>
    public IReadOnlyList<(int Block, int Index)>[] Probing(IReadOnlyList<EmbeddingBlock> queries, int probes, int threads, CancellationToken stopping)
    {
        var probing = Enumerable.Range(0, Cells).Select(_ => new List<(int Block, int Index)>()).ToArray();
        var search = new NeighbourSearchOptions(probes);
        var taken = 0;
        using var product = new BlockProduct(queries[0].Capacity, centres.Capacity, centres.Width);
        Workers.Run(
            threads,
            (_, stop) =>
            {
                for (var block = Interlocked.Increment(ref taken) - 1; block < queries.Count; block = Interlocked.Increment(ref taken) - 1)
                {
                    var nearest = new NearestSoFar([queries[block]], search);
                    using var worker = new SearchWorker([queries[block]], search, product, nearest, null);
                    worker.Visit(centres, stop);
                    lock (probing)
                    {
                        for (var i = 0; i < queries[block].Count; i++)
                        {
                            foreach (var cell in nearest.Lists[0][i])
                            {
                                probing[cell.Row].Add((block, i));
                            }
                        }
                    }
                }
            },
            stopping);
        return probing;
    }

    /// <summary>Hands each cell's rows, a block at a time, to one of several workers.</summary>
    /// <param name="work">Makes a worker: told a cell and some of its rows, and the word to stop.</param>
    public void Visit(int threads, Func<int, Action<int, EmbeddingBlock, CancellationToken>> work, Func<int, bool> wanted, CancellationToken stopping)
    {
        var taken = 0;
        Workers.Run(
            threads,
            (thread, stop) =>
            {
                var visit = work(thread);
                using var block = new EmbeddingBlock(BlockRows, centres.Width);
                for (var cell = Interlocked.Increment(ref taken) - 1; cell < Cells; cell = Interlocked.Increment(ref taken) - 1)
                {
                    foreach (var some in wanted(cell) ? rows.Read(cell, block) : [])
                    {
                        visit(cell, some, stop);
                    }
                }
            },
            stopping);
    }

    /// <summary>Room for the products of a block of a visit with so many rows.</summary>
    public BlockProduct ProductWith(int queryRows) => new(queryRows, BlockRows, centres.Width);

    /// <inheritdoc/>
    public void Dispose()
    {
        rows.Dispose();
        centres.Dispose();
    }

    private static EmbeddingBlock CentresOf(EmbeddingBlock rows, int count)
    {
        using var found = SphericalMeans.Find(rows.Buffer, count);
        var centres = new EmbeddingBlock(count, rows.Width);
        for (var centre = 0; centre < count; centre++)
        {
            centres.TryAdd(found.Span.Slice(centre * rows.Width, rows.Width), centre, $"{centre:D8}", (UInt128)centre);
        }
        return centres;
    }

    /// <summary>Puts rows into the cell of the nearest centre, decided in double where float leaves it open.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(EmbeddingBlock block, BlockProduct product, TensorBuffer cosines)
    {
        product.Multiply(block.Buffer, centres.Buffer, cosines);
        var near = new int[centres.Count];
        for (var i = 0; i < block.Count; i++)
        {
            var row = cosines.Span.Slice(i * centres.Capacity, centres.Count);
            TensorPrimitives.Multiply(row, centres.InverseNorms, row);
            var open = TensorPrimitives.Max<float>(row) - (float)(2.5 * Cosine.FloatError(block.Width) * block.NormAt(i));
            var count = SimilarityScan.Find(row, ones, open, near, SimilarityScan.Widest);
            rows.Add(count == 1 ? near[0] : Nearest(block, i, near.AsSpan(0, count)), block, i);
        }
    }

    private int Nearest(EmbeddingBlock block, int index, ReadOnlySpan<int> among)
    {
        var best = block.Meet(index, centres, among[0]);
        foreach (var centre in among[1..])
        {
            var other = block.Meet(index, centres, centre);
            best = other.Precedes(best) ? other : best;
        }
        return best.Row;
    }
}
