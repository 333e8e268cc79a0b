using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Where a picture's edges run in which direction, the same for its mirror image: what stays in another light and other colours.</summary>
/// <remarks>
/// Histograms of gradients without sign over a grid of cells, each gradient counted by its length in the two directions beside its own (Dalal and Triggs 2005), and
/// again at the place and direction that it has in the mirror image; roots of the shares are compared. A direction is told without an arc tangent, by
/// x / (|x| + |y|), so that machines agree to the bit. A picture of one colour is a vector of ones.
/// </remarks>
/// <param name="format">Of three channels.</param>
internal sealed class GradientEmbedder(VectorColumn column, PictureFormat format) : Embedder([column], Cells * Cells * Directions)
{
    private const int Cells = 4;
    private const int Directions = 8;

    /// <inheritdoc/>
    public override EmbedderRun NewRun() => new Run(column, format);

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private sealed class Run(VectorColumn column, PictureFormat format) : EmbedderRun
    {
        private readonly float[] vectors = new float[BatchRows * Cells * Cells * Directions];
        private readonly double[] grey = new double[format.Height * format.Width];
        private readonly double[] lengths = new double[Cells * Cells * Directions];

        public override void Embed(RowBatch batch)
        {
            var pixels = Values(batch, column);
            for (var row = 0; row < batch.Count; row++)
            {
                Count(pixels.AsSpan(row * format.Numbers, format.Numbers));
                var vector = vectors.AsSpan(row * lengths.Length, lengths.Length);
                for (var i = 0; i < lengths.Length; i++)
                {
                    vector[i] = (float)Math.Sqrt(lengths[i]);
                }
                if (!vector.ContainsAnyExcept(0f))
                {
                    vector.Fill(1);
                }
            }
        }

        public override ReadOnlySpan<float> VectorsOf(RowBatch batch) => vectors;

        public override void Dispose()
        {
        }

        private void Count(ReadOnlySpan<float> picture)
        {
            for (var y = 0; y < format.Height; y++)
            {
                for (var x = 0; x < format.Width; x++)
                {
                    // ITU-R BT.601's luma.
                    grey[(y * format.Width) + x] = (0.299 * picture[format.At(0, y, x)]) + (0.587 * picture[format.At(1, y, x)]) + (0.114 * picture[format.At(2, y, x)]);
                }
            }
            Array.Clear(lengths);
            for (var y = 1; y < format.Height - 1; y++)
            {
                for (var x = 1; x < format.Width - 1; x++)
                {
                    var place = (y * format.Width) + x;
                    Both(y, x, grey[place + format.Width] - grey[place - format.Width], grey[place + 1] - grey[place - 1]);
                }
            }
        }

        /// <summary>Counts a gradient, here and in the mirror image.</summary>
        private void Both(int y, int x, double down, double right)
        {
            var length = Math.Sqrt((down * down) + (right * right));
            if (length > 0)
            {
                var across = (down < 0 ? -right : right) / (Math.Abs(right) + Math.Abs(down));
                Add(y, x, (1 - across) / 2, length);
                Add(y, format.Width - 1 - x, (1 + across) / 2, length);
            }
        }

        /// <param name="turn">From 0 to 1, half a turn.</param>
        private void Add(int y, int x, double turn, double length)
        {
            var first = ((y * Cells / format.Height * Cells) + (x * Cells / format.Width)) * Directions;
            var direction = (int)(turn * Directions);
            var beyond = (turn * Directions) - direction;
            lengths[first + (direction % Directions)] += length * (1 - beyond);
            lengths[first + ((direction + 1) % Directions)] += length * beyond;
        }
    }
}
