using ParquetPool.Contract;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Embedders;

/// <summary>Takes a column as it is.</summary>
internal sealed class ColumnEmbedder(VectorColumn column) : Embedder([column], column.Width)
{
    private const string DefaultColumn = "features";

    /// <summary>The column that is compared where none is named: of pictures what an encoder made of them, else <c>features</c>, or the only one.</summary>
    /// <exception cref="UsageException">There are several.</exception>
    public static string OnlyColumn(ShardSet shards)
    {
        var columns = shards.VectorColumns();
        return EncodedColumn.IsOfPictures(shards) ? EncodedColumn.OfPictures
            : columns.Contains(DefaultColumn) ? DefaultColumn
            : columns.Count == 1 ? columns[0]
            : throw new UsageException($"{shards[0].Path} has {columns.Count} vector columns ({string.Join(", ", columns)}), expected one, or one named {DefaultColumn}: name it with --column");
    }

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
