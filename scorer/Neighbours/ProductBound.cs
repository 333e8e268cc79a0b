using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Bounds the product of two rows from above by a much shorter one.</summary>
/// <remarks>
/// With orthonormal directions P, x = Pᵀ(Px) + r, and x · y = Px · Py + r · s ≤ Px · Py + |r| |s| by Cauchy and Schwarz. So (Px, |r|) ·
/// (Py, |s|) is never below x · y: a product of <see cref="Count"/> + 1 elements. How many directions pay is estimated on a sample of the
/// queries; the sample decides the time alone, never what is found.
/// </remarks>
internal sealed class ProductBound : IDisposable
{
    private const int SampleRows = 1024;

    // The whole product of one pair costs about as much as this many multiply-adds of a Gemm for each element.
    private const double CompletingCost = 16;

    // With the remainder these are multiples of 16, the width of a Gemm's lanes.
    private static readonly int[] Counts = [15, 31, 63, 127];

    private ProductBound(int count, int width)
    {
        (Count, Width) = (count, width);
        Directions = TensorBuffer.Floats(count + 1, width);
    }

    /// <summary>Directions.</summary>
    public int Count { get; }

    /// <summary>Elements of a row.</summary>
    public int Width { get; }

    /// <summary>[direction, element], and a row of zeros, which leaves room for the remainder.</summary>
    public TensorBuffer Directions { get; }

    /// <summary>How far a coordinate vector computed in float can be from the true one, relative to the row's norm.</summary>
    /// <remarks>Each coordinate errs by at most <see cref="Cosine.FloatError"/>, the rounding of the direction included.</remarks>
    public double CoordinateError => Math.Sqrt(Count) * Cosine.FloatError(Width);

    /// <summary>How far the computed bound can lie below the cosine, its own rounding included.</summary>
    /// <remarks>Px · Py is off by at most 2e + e², e the <see cref="CoordinateError"/>; the remainders are rounded up by <see cref="LeadingCoordinates"/>.</remarks>
    public double Slack => (2.5 * CoordinateError) + (2 * Cosine.FloatError(Count + 1));

    /// <summary>The cheapest bound for pairs of at least a cosine; null where multiplying whole rows is cheaper.</summary>
    /// <param name="queries">At least one block.</param>
    public static ProductBound? Choose(IReadOnlyList<EmbeddingBlock> queries, double minSimilarity)
    {
        var width = queries[0].Width;
        var most = Counts.LastOrDefault(c => 2 * (c + 1) <= width);
        var sampled = most > 0 ? Sample(queries) : [];
        if (sampled.Count < 5)
        {
            return null;
        }
        // Judged by other rows than those that the directions are fitted to, which they leave less of.
        using var fitted = UnitRows([.. sampled.Where((_, n) => n % 4 > 0)], width);
        using var compared = UnitRows([.. sampled.Where((_, n) => n % 4 == 0)], width);
        using var directions = PrincipalDirections.Find(fitted, most);
        using var product = new BlockProduct((int)compared.Dims[0], most, width);
        using var coordinates = product.NewProducts();
        product.Multiply(compared, directions, coordinates);
        var costs = Counts.TakeWhile(c => c <= most)
            .Select(count => (Count: count, Cost: count + 1 + (CompletingCost * width * Open(coordinates, count, minSimilarity))));
        var (best, cost) = costs.MinBy(c => c.Cost);
        if (cost >= width)
        {
            return null;
        }
        var bound = new ProductBound(best, width);
        directions.Span[..(best * width)].CopyTo(bound.Directions.Span);
        return bound;
    }

    /// <inheritdoc/>
    public void Dispose() => Directions.Dispose();

    private static List<(EmbeddingBlock Block, int Index)> Sample(IReadOnlyList<EmbeddingBlock> queries)
    {
        var step = Math.Max(1, queries.Sum(q => q.Count) / SampleRows);
        return [.. queries.SelectMany(q => Enumerable.Range(0, q.Count).Select(i => (q, i))).Where((_, n) => n % step == 0).Take(SampleRows)];
    }

    private static TensorBuffer UnitRows(List<(EmbeddingBlock Block, int Index)> sampled, int width)
    {
        var rows = TensorBuffer.Floats(sampled.Count, width);
        for (var row = 0; row < sampled.Count; row++)
        {
            var (block, index) = sampled[row];
            System.Numerics.Tensors.TensorPrimitives.Multiply(
                block.VectorAt(index), block.InverseNorms[index], rows.Span.Slice(row * width, width));
        }
        return rows;
    }

    /// <summary>The share of the pairs of rows that the bound leaves open.</summary>
    private static double Open(TensorBuffer coordinates, int count, double minSimilarity)
    {
        var (height, stride) = ((int)coordinates.Dims[0], (int)coordinates.Dims[1]);
        var remainders = Array.ConvertAll([.. Enumerable.Range(0, height)], row => Math.Sqrt(Math.Max(0, 1 - Dot(coordinates, row, row, count))));
        long open = 0;
        for (var a = 1; a < height; a++)
        {
            for (var b = 0; b < a; b++)
            {
                open += Dot(coordinates, a, b, count) + (remainders[a] * remainders[b]) >= minSimilarity ? 1 : 0;
            }
        }
        return open / (0.5 * height * (height - 1));

        double Dot(TensorBuffer of, int a, int b, int length) => Cosine.Dot(of.Span.Slice(a * stride, length), of.Span.Slice(b * stride, length));
    }
}
