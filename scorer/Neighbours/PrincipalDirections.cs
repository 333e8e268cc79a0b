using System.Numerics.Tensors;
using ParquetPool.Randomness;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>The directions in which rows are longest: the leading eigenvectors of their second moments.</summary>
/// <remarks>
/// Orthogonal iteration (Golub and Van Loan, Matrix Computations, 4th ed., 8.2.4): products in float, orthonormal to the rounding of
/// double after each. The first directions settle first, so any number of leading ones is good too.
/// </remarks>
internal static class PrincipalDirections
{
    private const int Iterations = 4;
    private const ulong Seed = 1;

    /// <summary>Finds directions.</summary>
    /// <param name="rows">[row, element].</param>
    /// <param name="count">At most the number of elements.</param>
    /// <returns>[direction, element], orthonormal; a direction is all zeros where the rows have no more.</returns>
    public static TensorBuffer Find(TensorBuffer rows, int count)
    {
        var (height, width) = ((int)rows.Dims[0], (int)rows.Dims[1]);
        var directions = TensorBuffer.Floats(count, width);
        var draws = new PhiloxStream(Seed, Purpose.LeadingDirections);
        foreach (ref var value in directions.Span)
        {
            value = (float)draws.Normal();
        }
        using var transposed = Transposed(rows);
        using var alongRows = new BlockProduct(count, height, width);
        using var alongElements = new BlockProduct(count, width, height);
        using var lengths = alongRows.NewProducts();
        for (var i = 0; i < Iterations; i++)
        {
            alongRows.Multiply(directions, rows, lengths);
            alongElements.Multiply(lengths, transposed, directions);
            Orthonormalise(directions.Span, width);
        }
        return directions;
    }

    private static TensorBuffer Transposed(TensorBuffer rows)
    {
        var (height, width) = ((int)rows.Dims[0], (int)rows.Dims[1]);
        var transposed = TensorBuffer.Floats(width, height);
        var from = rows.Span;
        var to = transposed.Span;
        for (var row = 0; row < height; row++)
        {
            for (var i = 0; i < width; i++)
            {
                to[(i * height) + row] = from[(row * width) + i];
            }
        }
        return transposed;
    }

    // Gram-Schmidt, each direction twice: once leaves what cancellation has spoilt (Parlett, The Symmetric Eigenvalue Problem, 6.9).
    private static void Orthonormalise(Span<float> directions, int width)
    {
        const double Vanished = 1e-6;
        var all = new double[directions.Length];
        TensorPrimitives.ConvertTruncating<float, double>(directions, all);
        for (var at = 0; at < all.Length; at += width)
        {
            var direction = all.AsSpan(at, width);
            var before = TensorPrimitives.Norm<double>(direction);
            for (var pass = 0; pass < 2; pass++)
            {
                for (var earlier = 0; earlier < at; earlier += width)
                {
                    var known = all.AsSpan(earlier, width);
                    TensorPrimitives.MultiplyAdd(known, -TensorPrimitives.Dot<double>(known, direction), direction, direction);
                }
            }
            var norm = TensorPrimitives.Norm<double>(direction);
            TensorPrimitives.Multiply(direction, norm > Vanished * before ? 1 / norm : 0, direction);
        }
        TensorPrimitives.ConvertTruncating<double, float>(all, directions);
    }
}
