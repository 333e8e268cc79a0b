using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>One thread of a join by cells: brings the rows of a few corpus blocks together with the cells that are open to them.</summary>
internal sealed class CellJoinWorker : IDisposable
{
    private const int BlocksAtOnce = 16;
    private const int RowsAtOnce = 1024;

    // What a pair that the coordinates leave open costs, in pairs of a whole product.
    private const int WholeCost = 16;

    private readonly IReadOnlyList<EmbeddingBlock> queries;
    private readonly JoinCells cells;
    private readonly ThresholdJoinOptions options;
    private readonly ProductBound bound;
    private readonly LeadingCoordinates leading;
    private readonly PairBuffer pairs;
    private readonly Dictionary<int, int>? homes;
    private readonly BlockProduct product;
    private readonly BlockProduct wholeProduct;
    private readonly double floor;
    private readonly double boundFloor;
    private readonly int blockRows;
    private readonly TensorBuffer coordinates;
    private readonly TensorBuffer similarities;
    private readonly TensorBuffer gathered;
    private readonly TensorBuffer products;
    private readonly EmbeddingBlock?[] spares = new EmbeddingBlock?[BlocksAtOnce];
    private readonly EmbeddingBlock[] blocks = new EmbeddingBlock[BlocksAtOnce];
    private readonly (int Block, int Index)[] open = new (int, int)[RowsAtOnce];
    private readonly float[] openScales = new float[RowsAtOnce];
    private readonly int[] hits;
    private readonly int[] closer = new int[RowsAtOnce];
    private TensorBuffer? wholeQueries;
    private TensorBuffer? wholeCorpus;
    private long compared;
    private long left;

    /// <param name="pairs">Takes what is found.</param>
    public CellJoinWorker(CellJoin join, int blockRows, ThresholdJoinOptions options, PairBuffer pairs)
    {
        (queries, cells, homes, bound, leading, product, wholeProduct) = join;
        (this.blockRows, this.options, this.pairs) = (blockRows, options, pairs);
        floor = options.MinSimilarity - Cosine.FloatError(queries[0].Width);
        boundFloor = floor - bound.Slack;
        coordinates = TensorBuffer.Floats(BlocksAtOnce * blockRows, Stride);
        similarities = TensorBuffer.Floats(cells.Centres.Dims[0], BlocksAtOnce * blockRows);
        gathered = TensorBuffer.Floats(RowsAtOnce, Stride);
        products = TensorBuffer.Floats(cells.Cells.Max(c => c.Rows.Count), RowsAtOnce);
        hits = new int[blockRows];
    }

    private int Stride => bound.Count + 1;

    /// <summary>Takes the next blocks of a corpus and compares their rows with all cells; inside a split, each two rows once.</summary>
    /// <returns>Rows compared; 0 at the end.</returns>
    public long Visit(IEmbeddingSource corpus, CancellationToken stopping)
    {
        var count = 0;
        long rows = 0;
        for (; count < BlocksAtOnce; count++)
        {
            var spare = spares[count] ??= new EmbeddingBlock(blockRows, queries[0].Width);
            if (corpus.Next(spare, stopping) is not { } block)
            {
                break;
            }
            blocks[count] = block;
            rows += block.Count;
            using var part = TensorBuffer.Over(coordinates.Memory[(count * blockRows * Stride)..], blockRows, Stride);
            leading.Fill(block, part);
        }
        if (count > 0)
        {
            using var known = TensorBuffer.Over(coordinates.Memory, count * blockRows, Stride);
            using var cosines = TensorBuffer.Over(similarities.Memory, cells.Centres.Dims[0], count * blockRows);
            product.Multiply(cells.Centres, known, cosines);
            for (var cell = 0; cell < cells.Cells.Count; cell++)
            {
                stopping.ThrowIfCancellationRequested();
                Meet(cell, count);
            }
        }
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in new[] { coordinates, similarities, gathered, products, wholeQueries, wholeCorpus })
        {
            buffer?.Dispose();
        }
        foreach (var spare in spares)
        {
            spare?.Dispose();
        }
    }

    /// <summary>Finds the rows that a cell is open to.</summary>
    // Hot from the first call: waiting for the tiers would cost a join its first second.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Meet(int cell, int count)
    {
        var (least, most) = (cells.Cells[cell].Least, cells.Cells[cell].Most);
        var held = 0;
        for (var block = 0; block < count; block++)
        {
            var corpus = blocks[block];
            var cosines = similarities.Span.Slice(((cells.Cells[cell].Centre * count) + block) * blockRows, corpus.Count);
            var found = SimilarityScan.Find(cosines, corpus.InverseNorms, least, hits, SimilarityScan.Widest);
            foreach (var index in hits.AsSpan(0, found))
            {
                // Inside a split, the row of the later cell comes to the earlier one.
                if (cosines[index] * corpus.InverseNorms[index] > most || (homes is not null && homes.GetValueOrDefault(corpus.RowAt(index), int.MaxValue) < cell))
                {
                    continue;
                }
                open[held] = (block, index);
                openScales[held] = corpus.InverseNorms[index];
                coordinates.Span.Slice(((block * blockRows) + index) * Stride, Stride).CopyTo(gathered.Span[(held * Stride)..]);
                if (++held == RowsAtOnce)
                {
                    Compare(cell, held);
                    held = 0;
                }
            }
        }
        if (held > 0)
        {
            Compare(cell, held);
        }
    }

    private void Compare(int cell, int count)
    {
        if (left * WholeCost > compared)
        {
            CompareWhole(cell, count);
        }
        else
        {
            CompareCoordinates(cell, count);
        }
    }

    /// <summary>Where coordinates leave many pairs open, whole rows are multiplied at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CompareWhole(int cell, int count)
    {
        var rows = cells.Cells[cell].Rows;
        var width = queries[0].Width;
        wholeQueries ??= TensorBuffer.Floats(products.Dims[0], width);
        wholeCorpus ??= TensorBuffer.Floats(RowsAtOnce, width);
        for (var i = 0; i < rows.Count; i++)
        {
            queries[rows[i].Block].VectorAt(rows[i].Index).CopyTo(wholeQueries.Span[(i * width)..]);
        }
        for (var i = 0; i < count; i++)
        {
            blocks[open[i].Block].VectorAt(open[i].Index).CopyTo(wholeCorpus.Span[(i * width)..]);
        }
        using var some = TensorBuffer.Over(wholeQueries.Memory, rows.Count, width);
        using var others = TensorBuffer.Over(wholeCorpus.Memory, count, width);
        using var result = TensorBuffer.Over(products.Memory, rows.Count, count);
        wholeProduct.Multiply(some, others, result);
        for (var i = 0; i < rows.Count; i++)
        {
            var (query, index) = (queries[rows[i].Block], rows[i].Index);
            var least = MathF.BitDecrement((float)(floor * query.NormAt(index)));
            var found = SimilarityScan.Find(result.Span.Slice(i * count, count), openScales.AsSpan(0, count), least, closer, SimilarityScan.Widest);
            foreach (var hit in closer.AsSpan(0, found))
            {
                var (corpus, other) = (blocks[open[hit].Block], open[hit].Index);
                if (!Twice(cell, query, index, corpus, other))
                {
                    pairs.Decide(query, index, corpus, other);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CompareCoordinates(int cell, int count)
    {
        var rows = cells.Cells[cell].Rows;
        compared += (long)rows.Count * count;
        using var some = TensorBuffer.Over(gathered.Memory, count, Stride);
        using var result = TensorBuffer.Over(products.Memory, rows.Count, count);
        product.Multiply(cells.Cells[cell].Coordinates, some, result);
        var values = result.Span;
        for (var i = 0; i < rows.Count; i++)
        {
            var (query, index) = (queries[rows[i].Block], rows[i].Index);
            var least = MathF.BitDecrement((float)(boundFloor * query.NormAt(index)));
            var found = SimilarityScan.Find(values.Slice(i * count, count), openScales.AsSpan(0, count), least, closer, SimilarityScan.Widest);
            left += found;
            if (found > 0)
            {
                Decide(query, index, cell, found);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Decide(EmbeddingBlock query, int index, int cell, int count)
    {
        var vector = query.VectorAt(index);
        var least = MathF.BitDecrement((float)(floor * query.NormAt(index)));
        foreach (var hit in closer.AsSpan(0, count))
        {
            var (corpus, other) = (blocks[open[hit].Block], open[hit].Index);
            if (!Twice(cell, query, index, corpus, other) && TensorPrimitives.Dot(vector, corpus.VectorAt(other)) * corpus.InverseNorms[other] >= least)
            {
                pairs.Decide(query, index, corpus, other);
            }
        }
    }

    /// <summary>Whether the two rows are the same, or meet again the other way round.</summary>
    private bool Twice(int cell, EmbeddingBlock query, int index, EmbeddingBlock corpus, int other) =>
        homes is not null && homes.GetValueOrDefault(corpus.RowAt(other), cell) == cell && corpus.RowAt(other) <= query.RowAt(index);
}

/// <summary>What all threads of a join by cells read.</summary>
/// <param name="Homes">Inside a split, the cell of each query row by the row's number; null between splits.</param>
/// <param name="Product">Of coordinates.</param>
/// <param name="WholeProduct">Of whole vectors.</param>
internal sealed record CellJoin(
    IReadOnlyList<EmbeddingBlock> Queries, JoinCells Cells, Dictionary<int, int>? Homes, ProductBound Bound, LeadingCoordinates Leading, BlockProduct Product, BlockProduct WholeProduct);
