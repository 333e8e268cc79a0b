using ParquetPool.Engine;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Scoring;

/// <summary>A batch on its way through the pipeline: rows in, scores out. Goes round and is used again.</summary>
internal sealed class PoolBatch(RowSchema schema, int capacity, Committee committee) : IDisposable
{
    public RowBatch Rows { get; } = new(schema, capacity);

    public ScoreBatch Scores { get; } = new(capacity, committee.Passes, committee.PredictsLosses);

    /// <summary>The shard the rows come from.</summary>
    public Shard Shard { get; set; } = null!;

    /// <summary>Of the shard's bytes.</summary>
    public string ShardSha256 { get; set; } = "";

    /// <summary>Whether the shard ends with this batch.</summary>
    public bool EndsShard { get; set; }

    /// <summary>Released when the scores are there.</summary>
    public SemaphoreSlim Scored { get; } = new(0);

    /// <inheritdoc/>
    public void Dispose() => Scored.Dispose();
}
