namespace ParquetPool.Pictures;

/// <summary>Alters a picture in one way, as near-duplicates in real data are: moved, cropped, mirrored, brighter, of other contrast, noisy, or stored coarsely.</summary>
/// <remarks>Milder than what embeddings are trained on, one alteration a copy: what stands twice in a pool has seldom been altered much.</remarks>
/// <param name="least">The least value of the data; what is altered stays within.</param>
/// <param name="most">The greatest.</param>
public sealed class PictureAlterations(PictureFormat format, float least, float most) : IAugmentation
{
    private const float MostShift = 0.08f;
    private const float MostCrop = 0.1f;
    private const float MostBrightness = 0.1f;
    private const float MostContrast = 0.3f;
    private const float MostNoise = 0.1f;
    private const int LeastLevels = 8;
    private const int MostLevels = 32;

    private enum Kind
    {
        Shift,
        Crop,
        Flip,
        Brightness,
        Contrast,
        Noise,
        Coarse,
    }

    /// <inheritdoc/>
    public int Words => 4 + format.Numbers;

    /// <inheritdoc/>
    public void Alter(ReadOnlySpan<float> row, CopyDraws draws, Span<float> copy)
    {
        var kind = (Kind)(int)draws.Between(0, (int)Kind.Coarse + 1);
        var (first, second, third) = (draws.Between(-1, 1), draws.Between(-1, 1), draws.Between(0, 1));
        switch (kind)
        {
            case Kind.Shift:
                var (down, right) = (Pixels(first, format.Height), Pixels(second, format.Width));
                PictureWarp.Move(format, row, (y, x) => (y - down, x - right), copy);
                break;
            case Kind.Crop:
                var zoom = 1 - (MostCrop * third);
                var (top, left) = ((first + 1) / 2 * (1 - zoom) * (format.Height - 1), (second + 1) / 2 * (1 - zoom) * (format.Width - 1));
                PictureWarp.Move(format, row, (y, x) => (top + (zoom * y), left + (zoom * x)), copy);
                break;
            case Kind.Flip:
                PictureWarp.Move(format, row, (y, x) => (y, format.Width - 1 - x), copy);
                break;
            default:
                var step = (most - least) / (LeastLevels + (third * (MostLevels - LeastLevels)));
                for (var i = 0; i < row.Length; i++)
                {
                    var value = kind switch
                    {
                        Kind.Brightness => row[i] + (first * MostBrightness * (most - least)),
                        Kind.Contrast => least + ((1 + (first * MostContrast)) * (row[i] - least)),
                        Kind.Noise => row[i] + (third * MostNoise * (most - least) * draws.Noise()),
                        _ => step > 0 ? least + (MathF.Round((row[i] - least) / step) * step) : row[i],
                    };
                    copy[i] = Math.Clamp(value, least, most);
                }
                break;
        }
    }

    /// <summary>At least one pixel.</summary>
    private static int Pixels(float share, int side) => (share < 0 ? -1 : 1) * Math.Max(1, (int)MathF.Round(Math.Abs(share) * MostShift * side));
}
