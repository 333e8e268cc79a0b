using System.Numerics.Tensors;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>The query rows of a join, in cells around centres, so that a corpus row meets only the cells that it can have a partner in.</summary>
/// <remarks>
/// <para>Cells are made of what <see cref="ProductBound"/> multiplies: the vectors x̂ = (Px, |r|), for which x · y ≤ x̂ · ŷ and |x̂| = |x|. Angles obey the
/// triangle inequality: if those of a cell's rows with its centre lie between a and b, and ŷ has angle t with it, then no cosine of y and a row of the
/// cell is above that of t − b, or of a − t. Where this is below the threshold the cell is left out.</para>
/// <para>Float errors lie on the safe side: a cosine of two vectors of Count + 1 elements is off by <see cref="Cosine.FloatError"/>, the lengths |x̂|
/// differ from |x| by the <see cref="ProductBound.CoordinateError"/> e, and x̂ · ŷ lies below x · y by no more than the
/// <see cref="ProductBound.Slack"/>.</para>
/// </remarks>
internal sealed class JoinCells : IDisposable
{
    private const int RowsOfPart = 256;

    private readonly ProductBound bound;
    private readonly double minSimilarity;

    /// <param name="queries">Blocks of one capacity and width.</param>
    public JoinCells(IReadOnlyList<EmbeddingBlock> queries, JoinPlan plan, double minSimilarity)
    {
        (bound, Centres, this.minSimilarity) = (plan.Bound, plan.Centres, minSimilarity);
        var coordinates = Coordinates(queries);
        Cells = [.. Assigned(queries, coordinates).GroupBy(r => r.Centre).SelectMany(cell =>
            cell.OrderByDescending(r => r.Cosine).Chunk(RowsOfPart).Select(part => Cell(cell.Key, part, coordinates)))];
        foreach (var matrix in coordinates)
        {
            matrix.Dispose();
        }
    }

    /// <summary>[centre, element], of length 1.</summary>
    public TensorBuffer Centres { get; }

    public IReadOnlyList<JoinCell> Cells { get; }

    /// <summary>The cell of each query row, by the row's number.</summary>
    public Dictionary<int, int> Homes(IReadOnlyList<EmbeddingBlock> queries) =>
        Cells.Index().SelectMany(c => c.Item.Rows.Select(r => (Row: queries[r.Block].RowAt(r.Index), Cell: c.Index))).ToDictionary(r => r.Row, r => r.Cell);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var cell in Cells)
        {
            cell.Coordinates.Dispose();
        }
    }

    private int Stride => bound.Count + 1;

    /// <summary>How far a cosine with a centre can be off: its product, and the inverse norm of the whole vector that stands for that of the coordinates.</summary>
    private double CosineError => Cosine.FloatError(Stride) + (3 * bound.CoordinateError);

    private TensorBuffer[] Coordinates(IReadOnlyList<EmbeddingBlock> queries)
    {
        using var leading = new LeadingCoordinates(bound, queries[0].Capacity);
        return [.. queries.Select(block =>
        {
            var matrix = leading.NewCoordinates();
            leading.Fill(block, matrix);
            return matrix;
        })];
    }

    private List<(int Centre, double Cosine, (int, int) Place)> Assigned(IReadOnlyList<EmbeddingBlock> queries, TensorBuffer[] coordinates)
    {
        using var product = new BlockProduct(queries[0].Capacity, (int)Centres.Dims[0], Stride);
        using var products = product.NewProducts();
        var assigned = new List<(int Centre, double Cosine, (int, int) Place)>();
        for (var block = 0; block < queries.Count; block++)
        {
            product.Multiply(coordinates[block], Centres, products);
            for (var index = 0; index < queries[block].Count; index++)
            {
                var row = products.Span.Slice(index * (int)Centres.Dims[0], (int)Centres.Dims[0]);
                var nearest = TensorPrimitives.IndexOfMax<float>(row);
                assigned.Add((nearest, row[nearest] * queries[block].InverseNorms[index], (block, index)));
            }
        }
        return assigned;
    }

    private JoinCell Cell(int centre, (int Centre, double Cosine, (int Block, int Index) Place)[] rows, TensorBuffer[] coordinates)
    {
        // 1e-6 covers what arc cosine and cosine round where they are steep.
        var farthest = Math.Acos(Math.Max(-1, rows.Min(r => r.Cosine) - CosineError)) + 1e-6;
        var nearest = Math.Acos(Math.Min(1, rows.Max(r => r.Cosine) + CosineError)) - 1e-6;
        var reach = Math.Acos(Math.Clamp(minSimilarity - bound.Slack - (3 * bound.CoordinateError), -1, 1)) + 1e-6;
        var least = Math.Cos(Math.Min(Math.PI, farthest + reach)) - CosineError;
        var most = Math.Cos(Math.Max(0, nearest - reach)) + CosineError;
        var places = Array.ConvertAll(rows, r => r.Place);
        return new JoinCell(centre, places, Gathered(places, coordinates), MathF.BitDecrement((float)least), MathF.BitIncrement((float)most));
    }

    private TensorBuffer Gathered((int Block, int Index)[] rows, TensorBuffer[] coordinates)
    {
        var gathered = TensorBuffer.Floats(rows.Length, Stride);
        for (var i = 0; i < rows.Length; i++)
        {
            coordinates[rows[i].Block].Span.Slice(rows[i].Index * Stride, Stride).CopyTo(gathered.Span[(i * Stride)..]);
        }
        return gathered;
    }
}

/// <summary>Query rows of a join that lie close together.</summary>
/// <param name="Centre">The number of the direction they lie around.</param>
/// <param name="Rows">Where each of them is: the query block's number and the place in it.</param>
/// <param name="Coordinates">[row, coordinate and remainder].</param>
/// <param name="Least">No row whose cosine with the centre is smaller, as computed in float, has a partner here.</param>
/// <param name="Most">Nor one whose cosine with the centre is larger.</param>
internal sealed record JoinCell(int Centre, IReadOnlyList<(int Block, int Index)> Rows, TensorBuffer Coordinates, float Least, float Most);
