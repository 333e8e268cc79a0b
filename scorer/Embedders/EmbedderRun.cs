using ParquetPool.Engine;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Embedders;

/// <summary>An embedder's buffers for one thread.</summary>
internal abstract class EmbedderRun : IDisposable
{
    /// <summary>Makes the vectors of a batch of at most <see cref="Embedder.BatchRows"/> rows, whose schema holds the embedder's columns.</summary>
    public abstract void Embed(RowBatch batch);

    /// <summary>The vectors of the batch that was embedded last, [row, vector, element]; those of rows at fault mean nothing.</summary>
    public abstract ReadOnlySpan<float> VectorsOf(RowBatch batch);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>A column of the batch, [row, element].</summary>
    protected static float[] Values(RowBatch batch, VectorColumn column)
    {
        var index = 0;
        while (batch.Schema.Vectors[index] != column)
        {
            index++;
        }
        return batch.Vectors[index];
    }
}
