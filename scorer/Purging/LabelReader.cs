using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Purging;

/// <summary>Reads the labels of shards beside a pipeline that reads their vectors.</summary>
internal sealed class LabelReader : IDisposable
{
    private readonly RowSchema schema;
    private Shard? shard;
    private ShardReader? reader;

    /// <exception cref="DataException">A shard has no such column.</exception>
    public LabelReader(ShardSet shards, string column)
    {
        schema = new RowSchema([], LabelColumn: column);
        if (!shards.HasColumn(column))
        {
            throw new DataException($"{shards[0].Path}: no column {column}: name the labels with --label-column");
        }
    }

    /// <summary>The labels of the next rows of a shard, [row]; shards come one after another.</summary>
    public string?[] Next(Shard of, int rows)
    {
        if (of != shard)
        {
            reader?.Dispose();
            (shard, reader) = (of, new ShardReader(of, schema));
        }
        var batch = new RowBatch(schema, Math.Max(1, rows));
        if (rows > 0)
        {
            reader!.Read(batch, CancellationToken.None);
        }
        return batch.Labels;
    }

    /// <inheritdoc/>
    public void Dispose() => reader?.Dispose();
}
