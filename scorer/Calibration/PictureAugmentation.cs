using ParquetPool.Pictures;
using ParquetPool.Scorer.Reports;

namespace ParquetPool.Scorer.Calibration;

/// <summary>Alters pictures however their channels lie.</summary>
/// <param name="planes">For channel after channel.</param>
internal sealed class PictureAugmentation(PictureFormat format, ImageAugmentation planes) : IAugmentation
{
    /// <inheritdoc/>
    public int Words => planes.Words;

    /// <inheritdoc/>
    public void Alter(ReadOnlySpan<float> row, CopyDraws draws, Span<float> copy)
    {
        if (!format.ChannelsLast)
        {
            planes.Alter(row, draws, copy);
            return;
        }
        var (image, altered, pixels) = (new float[row.Length], new float[row.Length], format.Height * format.Width);
        for (var i = 0; i < row.Length; i++)
        {
            image[(i % format.Channels * pixels) + (i / format.Channels)] = row[i];
        }
        planes.Alter(image, draws, altered);
        for (var i = 0; i < row.Length; i++)
        {
            copy[i] = altered[(i % format.Channels * pixels) + (i / format.Channels)];
        }
    }
}
