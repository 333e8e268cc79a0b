using ParquetPool.Scorer.Acquisition;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Pipeline;

/// <summary>Writes scored batches, in order: good rows to their shard's score file, others to the rejects file.</summary>
internal sealed class ScoreWriter : IDisposable
{
    private static readonly ShardColumn[] RejectColumns =
        [new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64), new("reason", ShardType.Text)];

    private readonly ScoreFolder folder;
    private readonly IReadOnlyList<string> classes;
    private readonly ulong? randomSeed;
    private readonly ShardWriter rejects;
    private ShardWriter? scores;
    private Buffers buffers = new(0, 0);

    /// <param name="classes">Class names in the order of the logits.</param>
    /// <param name="randomSeed">Adds the random column where given.</param>
    public ScoreWriter(ScoreFolder folder, IReadOnlyList<string> classes, ulong? randomSeed)
    {
        (this.folder, this.classes, this.randomSeed) = (folder, classes, randomSeed);
        rejects = new ShardWriter(folder.Rejects, RejectColumns);
    }

    public long Rows { get; private set; }

    public long Rejected { get; private set; }

    /// <summary>Takes the next batch.</summary>
    public void Write(PoolBatch batch)
    {
        scores ??= new ShardWriter(folder.Scores(batch.Shard), Columns(batch.Scores));
        if (buffers.Ids.Length < batch.Rows.Capacity)
        {
            buffers = new Buffers(batch.Rows.Capacity, batch.Scores.Columns.Count);
        }
        var kept = 0;
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            if (Fault(batch, row) is { } reason)
            {
                Reject(batch.Rows.Ids[row], batch.Shard.Name, batch.Rows.FirstRow + row, reason);
            }
            else
            {
                Keep(batch, row, kept++);
            }
        }
        Rows += batch.Rows.Count;
        scores.Write(kept, Arrays());
        if (batch.EndsShard)
        {
            scores.Complete();
            scores.Dispose();
            scores = null;
        }
    }

    /// <summary>Writes a row to the rejects file.</summary>
    public void Reject(string id, string shard, long row, string reason)
    {
        rejects.Write(1, new string?[] { id.Length > 0 ? id : null }, new[] { shard }, new[] { row }, new[] { reason });
        Rejected++;
    }

    /// <summary>Finishes the rejects file.</summary>
    public void Complete() => rejects.Complete();

    /// <inheritdoc/>
    public void Dispose()
    {
        scores?.Dispose();
        rejects.Dispose();
    }

    private ShardColumn[] Columns(ScoreBatch batch) =>
    [
        new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64),
        new("predicted", ShardType.Text), new("confidence", ShardType.Double),
        .. batch.Columns.Select(c => new ShardColumn(c.Name, ShardType.Double)),
        .. randomSeed is null ? Array.Empty<ShardColumn>() : [new ShardColumn(ScoreColumn.Random.Name, ShardType.Double)],
    ];

    private Array[] Arrays() =>
    [
        buffers.Ids, buffers.Shards, buffers.RowNumbers, buffers.Predicted, buffers.Confidence, .. buffers.Scores,
        .. randomSeed is null ? Array.Empty<Array>() : [buffers.Random],
    ];

    private void Keep(PoolBatch batch, int row, int at)
    {
        buffers.Ids[at] = batch.Rows.Ids[row];
        buffers.Shards[at] = batch.Shard.Name;
        buffers.RowNumbers[at] = batch.Rows.FirstRow + row;
        buffers.Predicted[at] = classes[batch.Scores.Predicted[row]];
        buffers.Confidence[at] = batch.Scores.Confidence[row];
        for (var i = 0; i < buffers.Scores.Length; i++)
        {
            buffers.Scores[i][at] = batch.Scores.Column(i)[row];
        }
        if (randomSeed is { } seed)
        {
            buffers.Random[at] = RandomScore.Of(seed, batch.Rows.Ids[row]);
        }
    }

    private static string? Fault(PoolBatch batch, int row)
    {
        var faults = batch.Rows.Faults[row];
        return (faults & RowFaults.NullId) != 0 ? "id is null"
            : (faults & RowFaults.NullVector) != 0 ? "vector is null"
            : (faults & RowFaults.WrongWidth) != 0 ? "vector has another width than the model takes"
            : (faults & RowFaults.NotFinite) != 0 ? "vector holds NaN or infinity"
            : !double.IsFinite(batch.Scores.Confidence[row]) ? "the model's logits are not finite"
            : null;
    }

    private sealed class Buffers(int capacity, int columns)
    {
        public string[] Ids { get; } = new string[capacity];

        public string[] Shards { get; } = new string[capacity];

        public long[] RowNumbers { get; } = new long[capacity];

        public string[] Predicted { get; } = new string[capacity];

        public double[] Confidence { get; } = new double[capacity];

        public double[][] Scores { get; } = [.. Enumerable.Range(0, columns).Select(_ => new double[capacity])];

        public double[] Random { get; } = new double[capacity];
    }
}
