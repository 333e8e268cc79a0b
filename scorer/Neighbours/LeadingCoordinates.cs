using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Neighbours;

/// <summary>Turns the rows of blocks into what <see cref="ProductBound"/> multiplies: leading coordinates and the norm of what they leave.</summary>
/// <remarks>Serves several threads.</remarks>
internal sealed class LeadingCoordinates(ProductBound bound, int blockRows) : IDisposable
{
    private readonly BlockProduct product = new(blockRows, bound.Count + 1, bound.Width);

    /// <summary>Room for a block's coordinates, [row, coordinate and remainder].</summary>
    public TensorBuffer NewCoordinates() => product.NewProducts();

    /// <summary>Fills <paramref name="coordinates"/> with those of a block's rows. Remainders are rounded up, whatever float has done to the coordinates.</summary>
    public void Fill(EmbeddingBlock block, TensorBuffer coordinates)
    {
        product.Multiply(block.Buffer, bound.Directions, coordinates);
        var stride = bound.Count + 1;
        for (var row = 0; row < block.Count; row++)
        {
            var known = coordinates.Span.Slice(row * stride, bound.Count);
            var (norm, squared) = (block.NormAt(row), Cosine.Dot(known, known));
            // |Px| is at least the computed length less its error, so |r|² = |x|² − |Px|² is at most this.
            var remainder = (norm * norm) - squared + (2 * Math.Sqrt(squared) * bound.CoordinateError * norm);
            coordinates.Span[(row * stride) + bound.Count] = MathF.BitIncrement((float)Math.Sqrt(Math.Max(0, remainder)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => product.Dispose();
}
