using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Pixels, averaged over even windows and centred per row: the cheap baseline of every learnt embedding.</summary>
/// <remarks>
/// Each channel is averaged down to sides of at most 16, then the row's mean is taken off, so brightness that is added says nothing and
/// contrast is left to the cosine. A picture of one colour is a vector of ones, which no other picture resembles.
/// </remarks>
internal sealed class PixelEmbedder(VectorColumn column, PictureFormat format)
    : Embedder([column], format.Channels * Pooled(format.Height) * Pooled(format.Width))
{
    private const int MostSide = 16;

    /// <inheritdoc/>
    public override EmbedderRun NewRun() => new Run(column, format);

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private static int Pooled(int side)
    {
        var window = (side + MostSide - 1) / MostSide;
        return (side + window - 1) / window;
    }

    private sealed class Run(VectorColumn column, PictureFormat format) : EmbedderRun
    {
        private readonly int height = Pooled(format.Height);
        private readonly int width = Pooled(format.Width);
        private readonly float[] vectors = new float[BatchRows * format.Channels * Pooled(format.Height) * Pooled(format.Width)];

        public override void Embed(RowBatch batch)
        {
            var pixels = Values(batch, column);
            var size = format.Channels * height * width;
            for (var row = 0; row < batch.Count; row++)
            {
                Pool(pixels.AsSpan(row * format.Numbers, format.Numbers), vectors.AsSpan(row * size, size));
            }
        }

        public override ReadOnlySpan<float> VectorsOf(RowBatch batch) => vectors;

        public override void Dispose()
        {
        }

        // Windows take even shares of a side, so that a mirrored picture has mirrored means.
        private void Pool(ReadOnlySpan<float> picture, Span<float> pooled)
        {
            double total = 0;
            var place = 0;
            for (var channel = 0; channel < format.Channels; channel++)
            {
                for (var y = 0; y < height; y++)
                {
                    for (var x = 0; x < width; x++, place++)
                    {
                        pooled[place] = (float)Mean(
                            picture, channel, y * format.Height / height, End(y, format.Height, height), x * format.Width / width, End(x, format.Width, width));
                        total += pooled[place];
                    }
                }
            }
            foreach (ref var value in pooled)
            {
                value -= (float)(total / pooled.Length);
            }
            if (!pooled.ContainsAnyExcept(0f))
            {
                pooled.Fill(1);
            }
        }

        private double Mean(ReadOnlySpan<float> picture, int channel, int top, int bottom, int left, int right)
        {
            double sum = 0;
            for (var y = top; y < bottom; y++)
            {
                for (var x = left; x < right; x++)
                {
                    sum += picture[format.At(channel, y, x)];
                }
            }
            return sum / ((bottom - top) * (right - left));
        }

        // Windows overlap by a pixel where the side is no multiple of theirs: rounded down at the start, up at the end.
        private static int End(int window, int side, int windows) => (((window + 1) * side) + windows - 1) / windows;
    }
}
