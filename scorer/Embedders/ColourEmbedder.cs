using ParquetPool.Engine;
using ParquetPool.Pictures;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Which share of a picture has which colour, wherever it stands: what parts of a picture, turned and mirrored ones have in common with the whole.</summary>
/// <remarks>
/// A histogram of <see cref="Levels"/> levels of red, green and blue (Swain and Ballard 1991); a pixel counts in the eight places around its colour, by how near they are.
/// Roots of the shares are compared (Hellinger's kernel). Pixels are expected from 0 to 1; what lies outside counts as the nearest end.
/// </remarks>
/// <param name="format">Of three channels.</param>
internal sealed class ColourEmbedder(VectorColumn column, PictureFormat format) : Embedder([column], Levels * Levels * Levels)
{
    private const int Levels = 4;

    /// <inheritdoc/>
    public override EmbedderRun NewRun() => new Run(column, format);

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private sealed class Run(VectorColumn column, PictureFormat format) : EmbedderRun
    {
        private readonly float[] vectors = new float[BatchRows * Levels * Levels * Levels];
        private readonly double[] shares = new double[Levels * Levels * Levels];

        public override void Embed(RowBatch batch)
        {
            var pixels = Values(batch, column);
            for (var row = 0; row < batch.Count; row++)
            {
                Array.Clear(shares);
                Count(pixels.AsSpan(row * format.Numbers, format.Numbers));
                for (var i = 0; i < shares.Length; i++)
                {
                    vectors[(row * shares.Length) + i] = (float)Math.Sqrt(shares[i]);
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
                    var (red, redUp) = Level(picture[format.At(0, y, x)]);
                    var (green, greenUp) = Level(picture[format.At(1, y, x)]);
                    var (blue, blueUp) = Level(picture[format.At(2, y, x)]);
                    for (var corner = 0; corner < 8; corner++)
                    {
                        var (r, g, b) = (corner >> 2, (corner >> 1) & 1, corner & 1);
                        shares[((((red + r) * Levels) + green + g) * Levels) + blue + b] += Share(redUp, r) * Share(greenUp, g) * Share(blueUp, b);
                    }
                }
            }
        }

        private static double Share(double up, int side) => side == 1 ? up : 1 - up;

        /// <summary>The level below, of which there is one above, and how far up the value is from it.</summary>
        private static (int Level, double Up) Level(float value)
        {
            var place = Math.Clamp(value, 0f, 1f) * (double)(Levels - 1);
            var level = Math.Min((int)place, Levels - 2);
            return (level, place - level);
        }
    }
}
