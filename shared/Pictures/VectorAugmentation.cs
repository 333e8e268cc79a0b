namespace ParquetPool.Pictures;

/// <summary>Adds noise at the scale of each feature, scales the vector, and puts some features back to their mean.</summary>
/// <param name="means">[feature].</param>
/// <param name="deviations">[feature].</param>
public sealed class VectorAugmentation(float[] means, float[] deviations) : IAugmentation
{
    private const float Noise = 0.6f;
    private const float Scale = 0.1f;
    private const float Dropped = 0.1f;
    private const int Choices = 3;

    /// <inheritdoc/>
    public int Words => Choices + (2 * means.Length);

    /// <inheritdoc/>
    public void Alter(ReadOnlySpan<float> row, CopyDraws draws, Span<float> copy)
    {
        var (noise, scale, dropped) = (draws.Between(0, Noise), draws.Between(1 - Scale, 1 + Scale), draws.Between(0, Dropped));
        for (var i = 0; i < row.Length; i++)
        {
            var value = draws.Chance(dropped) ? means[i] : scale * row[i];
            copy[i] = value + (noise * deviations[i] * draws.Noise());
        }
    }
}
