using System.Numerics.Tensors;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>How a join goes about it: how many leading directions bound a product, and the centres that its cells lie around.</summary>
/// <remarks>Estimated on a sample of the queries, in multiply-adds a pair; it decides the time alone, never what is found.</remarks>
internal sealed record JoinPlan(ProductBound Bound, TensorBuffer Centres) : IDisposable
{
    private const int RowsOfCell = 32;
    private const int SampleOfCell = 8;
    private const int MostCentres = 1024;
    private const int MostFitted = 1024;
    private const int MostCompared = 256;

    // The whole product of one pair costs about as much as this many multiply-adds of a Gemm for each element; writing and scanning a product as much as that many.
    private const double CompletingCost = 16;
    private const double ProductCost = 24;

    // With the remainder these are multiples of 16, the width of a Gemm's lanes.
    private static readonly int[] Counts = [15, 31, 63, 127];

    /// <summary>The cheapest plan for pairs of at least a cosine; null where multiplying whole rows is cheaper.</summary>
    /// <param name="queries">At least one block.</param>
    public static JoinPlan? Choose(IReadOnlyList<EmbeddingBlock> queries, double minSimilarity)
    {
        var width = queries[0].Width;
        var counts = Counts.Where(c => 2 * (c + 1) <= width).ToArray();
        var total = queries.Sum(q => q.Count);
        var centres = Math.Clamp(total / RowsOfCell, 1, MostCentres);
        if (counts.Length == 0 || total < 5)
        {
            return null;
        }
        using var sample = UnitRows(queries, Math.Min(total, SampleOfCell * centres));
        var height = (int)sample.Dims[0];
        // Judged by other rows than those that the directions are fitted to, which they leave less of.
        var groups = Enumerable.Range(0, height).ToLookup(row => row % 4 == 0);
        using var fitted = Gathered(sample, Spread([.. groups[false]], MostFitted));
        var judged = Spread([.. groups[true]], MostCompared);
        using var directions = PrincipalDirections.Find(fitted, counts[^1]);
        using var product = new BlockProduct(height, counts[^1], width);
        using var coordinates = product.NewProducts();
        product.Multiply(sample, directions, coordinates);
        var plans = counts.AsParallel().AsOrdered().Select(count =>
        {
            using var known = WithRemainders(coordinates, count);
            var made = SphericalMeans.Find(known, centres);
            var (cells, open) = Open(known, made, judged, minSimilarity);
            var perRow = ((count + 1) * (double)width) + (centres * (count + 1 + ProductCost));
            var inCells = ProductCost + Math.Min(width, count + 1 + (CompletingCost * width * open / cells));
            return (Count: count, Centres: made, Cost: (perRow / total) + (cells * inCells));
        }).ToList();
        var best = plans.MinBy(p => p.Cost);
        var pays = best.Cost < width + ProductCost;
        foreach (var plan in plans.Where(p => !pays || p.Count != best.Count))
        {
            plan.Centres.Dispose();
        }
        return pays ? new JoinPlan(new ProductBound(directions, best.Count), best.Centres) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Bound.Dispose();
        Centres.Dispose();
    }

    private static TensorBuffer UnitRows(IReadOnlyList<EmbeddingBlock> queries, int count)
    {
        var places = queries.SelectMany(q => Enumerable.Range(0, q.Count).Select(index => (Block: q, Index: index))).ToList();
        var width = queries[0].Width;
        var rows = TensorBuffer.Floats(count, width);
        for (var row = 0; row < count; row++)
        {
            var (block, index) = places[(int)((long)row * places.Count / count)];
            TensorPrimitives.Multiply(block.VectorAt(index), block.InverseNorms[index], rows.Span.Slice(row * width, width));
        }
        return rows;
    }

    private static TensorBuffer Gathered(TensorBuffer rows, int[] chosen)
    {
        var width = (int)rows.Dims[1];
        var some = TensorBuffer.Floats(chosen.Length, width);
        foreach (var (place, row) in chosen.Index())
        {
            rows.Span.Slice(row * width, width).CopyTo(some.Span[(place * width)..]);
        }
        return some;
    }

    private static int[] Spread(IReadOnlyList<int> rows, int most) =>
        [.. Enumerable.Range(0, Math.Min(rows.Count, most)).Select(i => rows[(int)((long)i * rows.Count / Math.Min(rows.Count, most))])];

    private static TensorBuffer WithRemainders(TensorBuffer coordinates, int count)
    {
        var (height, stride) = ((int)coordinates.Dims[0], (int)coordinates.Dims[1]);
        var known = TensorBuffer.Floats(height, count + 1);
        for (var row = 0; row < height; row++)
        {
            var leading = coordinates.Span.Slice(row * stride, count);
            leading.CopyTo(known.Span[(row * (count + 1))..]);
            known.Span[(row * (count + 1)) + count] = (float)Math.Sqrt(Math.Max(0, 1 - Cosine.Dot(leading, leading)));
        }
        return known;
    }

    /// <summary>The shares of the pairs of rows that lie in cells open to each other, and of those that the bound leaves open.</summary>
    private static (double InCells, double Open) Open(TensorBuffer known, TensorBuffer centres, int[] judged, double minSimilarity)
    {
        var (height, count) = ((int)known.Dims[0], (int)centres.Dims[0]);
        using var compared = Gathered(known, judged);
        var (sizes, farthest) = (new int[count], new float[count]);
        Array.Fill(farthest, 1);
        using var product = new BlockProduct(height, count, (int)known.Dims[1]);
        using var cosines = product.NewProducts();
        product.Multiply(known, centres, cosines);
        for (var row = 0; row < height; row++)
        {
            var of = cosines.Span.Slice(row * count, count);
            var nearest = TensorPrimitives.IndexOfMax<float>(of);
            sizes[nearest]++;
            farthest[nearest] = Math.Min(farthest[nearest], of[nearest]);
        }
        var least = Array.ConvertAll(farthest, f => Math.Cos(Math.Min(Math.PI, Math.Acos(Math.Clamp(f, -1, 1)) + Math.Acos(minSimilarity))));
        long inCells = 0;
        foreach (var row in judged)
        {
            var of = cosines.Span.Slice(row * count, count);
            for (var cell = 0; cell < count; cell++)
            {
                inCells += of[cell] >= least[cell] ? sizes[cell] : 0;
            }
        }
        using var pairs = new BlockProduct(judged.Length, judged.Length, (int)known.Dims[1]);
        using var bounds = pairs.NewProducts();
        pairs.Multiply(compared, compared, bounds);
        // A row and itself are no pair.
        var open = bounds.Span.ToArray().Count(b => b >= minSimilarity) - judged.Length;
        return (Math.Max(1, inCells) / ((double)height * judged.Length), open / ((double)judged.Length * judged.Length));
    }
}
