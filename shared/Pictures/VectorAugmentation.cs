namespace ParquetPool.Pictures;

/// <summary>Adds noise at the scale of each feature, scales the vector, and puts some features back to their mean.</summary>
/// <param name="means">[feature].</param>
/// <param name="deviations">[feature].</param>
/// <param name="mostNoise">The most of it, in deviations.</param>
/// <param name="mostScale">By what share of itself the vector is longer or shorter at most.</param>
/// <param name="mostDropped">The greatest share of features that are put back.</param>
public sealed class VectorAugmentation(float[] means, float[] deviations, float mostNoise = 0.6f, float mostScale = 0.1f, float mostDropped = 0.1f) : IAugmentation
{
    private const int Choices = 3;

    /// <inheritdoc/>
    public int Words => Choices + (2 * means.Length);

    /// <inheritdoc/>
    public void Alter(ReadOnlySpan<float> row, CopyDraws draws, Span<float> copy)
    {
        var (noise, scale, dropped) = (draws.Between(0, mostNoise), draws.Between(1 - mostScale, 1 + mostScale), draws.Between(0, mostDropped));
        for (var i = 0; i < row.Length; i++)
        {
            var value = draws.Chance(dropped) ? means[i] : scale * row[i];
            copy[i] = value + (noise * deviations[i] * draws.Noise());
        }
    }
}
