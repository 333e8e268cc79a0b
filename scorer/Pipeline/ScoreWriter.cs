using ParquetPool.Scorer.Acquisition;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Pipeline;

/// <summary>Writes scored batches, in order: good rows to their shard's score file, others to its rejects file, and the shard's record last.</summary>
internal sealed class ScoreWriter : IDisposable
{
    private readonly ScoreFolder folder;
    private readonly string scoring;
    private readonly IReadOnlyList<string> classes;
    private readonly ulong? randomSeed;
    private readonly List<ShardRecord> records = [];
    private ShardWriter? scores;
    private RejectsFile? rejects;
    private long rows;
    private Buffers buffers = new(0, 0);

    /// <param name="scoring">The <see cref="ScoringKey"/> for the records.</param>
    /// <param name="classes">Class names in the order of the logits.</param>
    /// <param name="randomSeed">Adds the random column where given.</param>
    public ScoreWriter(ScoreFolder folder, string scoring, IReadOnlyList<string> classes, ulong? randomSeed) =>
        (this.folder, this.scoring, this.classes, this.randomSeed) = (folder, scoring, classes, randomSeed);

    /// <summary>Of the shards finished so far.</summary>
    public IReadOnlyList<ShardRecord> Records => records;

    /// <summary>Takes the next batch.</summary>
    public void Write(PoolBatch batch)
    {
        scores ??= new ShardWriter(folder.Scores(batch.Shard.Name), Columns(batch.Scores));
        if (buffers.Ids.Length < batch.Rows.Capacity)
        {
            buffers = new Buffers(batch.Rows.Capacity, batch.Scores.Columns.Count);
        }
        var kept = 0;
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            if (Fault(batch, row) is { } reason)
            {
                rejects ??= new RejectsFile(folder.ShardRejects(batch.Shard.Name));
                rejects.Write(batch.Rows.Ids[row], batch.Shard.Name, batch.Rows.FirstRow + row, reason);
            }
            else
            {
                Keep(batch, row, kept++);
            }
        }
        rows += batch.Rows.Count;
        scores.Write(kept, Arrays());
        if (batch.EndsShard)
        {
            Finish(batch);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        scores?.Dispose();
        rejects?.Dispose();
    }

    private void Finish(PoolBatch batch)
    {
        var shard = batch.Shard.Name;
        rejects?.Complete();
        scores!.Complete();
        var record = new ShardRecord(
            shard, batch.ShardSha256, scoring, rows, rejects?.Rows ?? 0,
            ContentHash.Of(folder.Scores(shard)), rejects is null ? null : ContentHash.Of(folder.ShardRejects(shard)));
        JsonFile.Write(folder.ShardRecord(shard), record);
        records.Add(record);
        Dispose();
        (scores, rejects, rows) = (null, null, 0);
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
