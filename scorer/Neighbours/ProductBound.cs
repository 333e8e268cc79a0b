using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Bounds the product of two rows from above by a much shorter one.</summary>
/// <remarks>
/// With orthonormal directions P, x = Pᵀ(Px) + r, and x · y = Px · Py + r · s ≤ Px · Py + |r| |s| by Cauchy and Schwarz. So (Px, |r|) ·
/// (Py, |s|) is never below x · y: a product of <see cref="Count"/> + 1 elements.
/// </remarks>
internal sealed class ProductBound : IDisposable
{
    /// <param name="directions">[direction, element], orthonormal; as many as are wanted, or more.</param>
    public ProductBound(TensorBuffer directions, int count)
    {
        (Count, Width) = (count, (int)directions.Dims[1]);
        Directions = TensorBuffer.Floats(count + 1, Width);
        directions.Span[..(count * Width)].CopyTo(Directions.Span);
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

    /// <inheritdoc/>
    public void Dispose() => Directions.Dispose();
}
