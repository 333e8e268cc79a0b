using ParquetPool.Scorer.Neighbours;

namespace ParquetPool.Scorer.Strategies;

/// <summary>A vector per row, [row, element], with what Euclidean distances and cosines need of each.</summary>
internal sealed class Points
{
    private readonly double[] squaredNorms;

    /// <param name="values">[row, element].</param>
    public Points(float[] values, int width)
    {
        (Values, Width, Count) = (values, width, values.Length / width);
        squaredNorms = [.. Enumerable.Range(0, Count).Select(i => Cosine.Dot(this[i], this[i]))];
    }

    public float[] Values { get; }

    public int Width { get; }

    public int Count { get; }

    public ReadOnlySpan<float> this[int row] => Values.AsSpan(row * Width, Width);

    public double SquaredNorm(int row) => squaredNorms[row];

    public double Dot(int row, Points others, int other) => Cosine.Dot(this[row], others[other]);

    /// <summary>|x − y|², from the norms and the product, at least 0.</summary>
    public double SquaredDistance(int row, Points others, int other) =>
        Math.Max(0, squaredNorms[row] + others.squaredNorms[other] - (2 * Dot(row, others, other)));

    /// <summary>The cosine; where a vector is zero, 0 with any other and 1 with another zero: they are the same.</summary>
    public double Similarity(int row, Points others, int other) =>
        squaredNorms[row] == 0 || others.squaredNorms[other] == 0 ? squaredNorms[row] == others.squaredNorms[other] ? 1 : 0 : Cosine.FromDot(Dot(row, others, other), squaredNorms[row], others.squaredNorms[other]);
}
