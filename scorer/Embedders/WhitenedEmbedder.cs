using ParquetPool.Scorer.Neighbours;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Embedders;

/// <summary>An embedding less what all rows have in common; a zero vector stays one.</summary>
internal sealed class WhitenedEmbedder(Embedder embedder, Whitening whitening) : Embedder(embedder.Columns, embedder.Width)
{
    /// <inheritdoc/>
    public override EmbedderRun NewRun() => new Run(embedder.NewRun(), embedder.Width, whitening);

    /// <inheritdoc/>
    public override void Dispose() => embedder.Dispose();

    /// <summary>Writes a vector at length 1.</summary>
    /// <returns>False for a zero vector, which stays as it is.</returns>
    public static bool TryNormalise(ReadOnlySpan<float> vector, Span<float> unit)
    {
        var length = Math.Sqrt(Cosine.Dot(vector, vector));
        for (var i = 0; i < vector.Length; i++)
        {
            unit[i] = length > 0 ? (float)(vector[i] / length) : 0;
        }
        return length > 0;
    }

    private sealed class Run(EmbedderRun run, int width, Whitening whitening) : EmbedderRun
    {
        private readonly float[] vectors = new float[BatchRows * width];
        private readonly float[] unit = new float[width];
        private readonly float[] spare = new float[width];

        public override void Embed(RowBatch batch)
        {
            run.Embed(batch);
            var given = run.VectorsOf(batch);
            for (var row = 0; row < batch.Count; row++)
            {
                var left = vectors.AsSpan(row * width, width);
                if (TryNormalise(given.Slice(row * width, width), unit))
                {
                    whitening.Apply(unit, spare, left);
                }
                else
                {
                    left.Clear();
                }
            }
        }

        public override ReadOnlySpan<float> VectorsOf(RowBatch batch) => vectors;

        public override void Dispose() => run.Dispose();
    }
}
