using ParquetPool.Columns;
using ParquetPool.Engine;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Records;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Scoring;

/// <summary>Writes scored batches, in order: good rows to their shard's score file, others to its rejects file, and the shard's record last.</summary>
internal sealed class ScoreWriter : IDisposable
{
    private const int RowsPerCollection = 50_000; // Some megabytes of ids; of small shards one collection each would take longer than their rows.

    private readonly ScoreFolder folder;
    private readonly string scoring;
    private readonly IReadOnlyList<string> classes;
    private readonly Provenance? provenance;
    private readonly List<ShardRecord> records = [];
    private ShardWriter? scores;
    private RejectsFile? rejects;
    private long rows;
    private long uncollected;
    private Buffers? buffers;

    /// <param name="scoring">The <see cref="ScoringKey"/> for the records.</param>
    /// <param name="classes">Class names in the order of the logits.</param>
    /// <param name="provenance">What the footers of the files say of their origin.</param>
    public ScoreWriter(ScoreFolder folder, string scoring, IReadOnlyList<string> classes, Provenance? provenance = null) =>
        (this.folder, this.scoring, this.classes, this.provenance) = (folder, scoring, classes, provenance);

    /// <summary>Of the shards finished so far.</summary>
    public IReadOnlyList<ShardRecord> Records => records;

    /// <summary>Takes the next batch.</summary>
    public void Write(PoolBatch batch)
    {
        scores ??= new ShardWriter(folder.Scores(batch.Shard.Name), Columns(batch.Scores), provenance);
        buffers ??= new Buffers(batch.Rows.Capacity, batch.Scores);
        var kept = 0;
        for (var row = 0; row < batch.Rows.Count; row++)
        {
            if (Fault(batch, row) is { } reason)
            {
                rejects ??= new RejectsFile(folder.ShardRejects(batch.Shard.Name), provenance);
                rejects.Write(batch.Rows.Ids[row], batch.Shard.Name, batch.Rows.FirstRow + row, reason);
            }
            else
            {
                Keep(buffers, batch, row, kept++);
            }
        }
        rows += batch.Rows.Count;
        scores.Write(kept, buffers.Arrays);
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
        var rejectsSha256 = rejects?.Complete();
        var record = new ShardRecord(shard, batch.ShardSha256, scoring, rows, rejects?.Rows ?? 0, scores!.Complete(), rejectsSha256);
        JsonFile.WriteRecord(folder.ShardRecord(shard), record);
        records.Add(record);
        Dispose();
        uncollected += rows;
        (scores, rejects, rows) = (null, null, 0);
        if (uncollected >= RowsPerCollection)
        {
            GC.Collect(); // The ids of a shard outlive young collections: without this a long run's heap grows far beyond one shard's.
            uncollected = 0;
        }
    }

    private static ShardColumn[] Columns(ScoreBatch batch) =>
    [
        new("id", ShardType.Text), new("shard", ShardType.Text), new("row", ShardType.Int64),
        new("predicted", ShardType.Text), new("confidence", ShardType.Double),
        .. batch.Columns.Select(c => new ShardColumn(c.Name, ShardType.Double)),
        .. batch.HalfColumns.Select(c => new ShardColumn(c.Name, ShardType.Float)),
    ];

    private void Keep(Buffers buffers, PoolBatch batch, int row, int at)
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
        for (var i = 0; i < buffers.HalfScores.Length; i++)
        {
            buffers.HalfScores[i][at] = batch.Scores.HalfColumn(i)[row];
        }
    }

    private static string? Fault(PoolBatch batch, int row)
    {
        var faults = batch.Rows.Faults[row];
        return (faults & RowFaults.NullId) != 0 ? "id is null or empty"
            : (faults & RowFaults.LongId) != 0 ? RowIdText.TooLong
            : (faults & RowFaults.InexactId) != 0 ? RowIdText.Inexact
            : (faults & RowFaults.NullVector) != 0 ? "vector is null"
            : (faults & RowFaults.WrongWidth) != 0 ? "vector has another width than the model takes"
            : (faults & RowFaults.NotFinite) != 0 ? "vector holds NaN or infinity"
            : (faults & RowFaults.NotInRange) != 0 ? "vector holds numbers that the model's input does not take: it takes whole ones"
            : !double.IsFinite(batch.Scores.Confidence[row]) ? "the model's logits are not finite"
            : null;
    }

    private sealed class Buffers
    {
        public Buffers(int capacity, ScoreBatch like)
        {
            (Ids, Shards, RowNumbers, Predicted, Confidence) = (new string[capacity], new string[capacity], new long[capacity], new string[capacity], new double[capacity]);
            Scores = [.. like.Columns.Select(_ => new double[capacity])];
            HalfScores = [.. like.HalfColumns.Select(_ => new float[capacity])];
            Arrays = [Ids, Shards, RowNumbers, Predicted, Confidence, .. Scores, .. HalfScores];
        }

        public string[] Ids { get; }

        public string[] Shards { get; }

        public long[] RowNumbers { get; }

        public string[] Predicted { get; }

        public double[] Confidence { get; }

        public double[][] Scores { get; }

        public float[][] HalfScores { get; }

        /// <summary>All of them, in the order of the file's columns.</summary>
        public Array[] Arrays { get; }
    }
}
