using ParquetPool.Scorer.Neighbours;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Several embeddings side by side.</summary>
/// <remarks>
/// The vector is √(wᵢ / Σw) · vᵢ / ‖vᵢ‖, part after part, so the cosine of two rows is the weighted mean of their parts' cosines,
/// Σ wᵢ cosᵢ / Σ wᵢ. A row of which one part is a zero vector has a zero vector.
/// </remarks>
internal sealed class JoinedEmbedder(IReadOnlyList<(Embedder Embedder, double Weight)> parts)
    : Embedder([.. parts.SelectMany(p => p.Embedder.Columns).Distinct()], parts.Sum(p => p.Embedder.Width))
{
    /// <inheritdoc/>
    public override int Views => parts.Max(p => p.Embedder.Views);

    /// <inheritdoc/>
    public override EmbedderRun NewRun()
    {
        var total = parts.Sum(p => p.Weight);
        return new Run([.. parts.Select(p => (p.Embedder.NewRun(), p.Embedder.Width, Math.Sqrt(p.Weight / total)))], Width);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var (embedder, _) in parts)
        {
            embedder.Dispose();
        }
    }

    private sealed class Run(IReadOnlyList<(EmbedderRun Run, int Width, double Length)> parts, int width) : EmbedderRun
    {
        private readonly float[] vectors = new float[BatchRows * width];

        public override void Embed(RowBatch batch)
        {
            foreach (var part in parts)
            {
                part.Run.Embed(batch);
            }
            for (var row = 0; row < batch.Count; row++)
            {
                Join(batch, row, vectors.AsSpan(row * width, width));
            }
        }

        public override ReadOnlySpan<float> VectorsOf(RowBatch batch) => vectors;

        public override void Dispose()
        {
            foreach (var part in parts)
            {
                part.Run.Dispose();
            }
        }

        private void Join(RowBatch batch, int row, Span<float> joined)
        {
            var start = 0;
            foreach (var (run, partWidth, length) in parts)
            {
                var vector = run.VectorsOf(batch).Slice(row * partWidth, partWidth);
                var norm = Math.Sqrt(Cosine.Dot(vector, vector));
                if (norm == 0)
                {
                    joined.Clear();
                    return;
                }
                for (var i = 0; i < partWidth; i++)
                {
                    joined[start + i] = (float)(vector[i] * (length / norm));
                }
                start += partWidth;
            }
        }
    }
}
