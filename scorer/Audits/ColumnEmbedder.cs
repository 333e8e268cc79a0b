using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>Takes a column as it is.</summary>
internal sealed class ColumnEmbedder(VectorColumn column) : Embedder([column], column.Width)
{
    /// <inheritdoc/>
    public override EmbedderRun NewRun() => new Run(column);

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private sealed class Run(VectorColumn column) : EmbedderRun
    {
        public override void Embed(RowBatch batch)
        {
        }

        public override ReadOnlySpan<float> VectorsOf(RowBatch batch) => Values(batch, column);

        public override void Dispose()
        {
        }
    }
}
