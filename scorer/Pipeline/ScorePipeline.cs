using System.Threading.Channels;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Pipeline;

/// <summary>Reads, scores and writes a pool, the three at the same time.</summary>
/// <remarks>
/// One thread reads the shards in order, <c>threads</c> threads score, one writes in the order read. A fixed number of batches goes round
/// (two per scoring thread and two more), so memory is bounded by batches · rows · (width · 4 + columns · 8) bytes whatever the pool.
/// A batch holds whole tiles and starts at a tile's border within its shard: a row meets the same rows in its tile whatever the batch size.
/// </remarks>
internal sealed class ScorePipeline
{
    private readonly Committee committee;
    private readonly ScoreColumn? halvesOf;
    private readonly RowSchema schema;
    private readonly int threads;
    private readonly Channel<PoolBatch> free;
    private readonly Channel<PoolBatch> toScore;
    private readonly Channel<PoolBatch> toWrite;

    /// <param name="halvesOf">The score that is computed for each half of the committee too; null for none.</param>
    public ScorePipeline(Committee committee, int passes, ScoreColumn? halvesOf, int batchRows, int threads)
    {
        (this.committee, this.halvesOf, this.threads) = (committee, halvesOf, threads);
        schema = new RowSchema([.. committee.Inputs.SelectMany(i => i.Columns).Distinct()]);
        var capacity = (batchRows + committee.TileRows - 1) / committee.TileRows * committee.TileRows;
        var batches = 2 * threads + 2;
        (free, toScore, toWrite) = (Bounded(batches), Bounded(batches), Bounded(batches));
        for (var i = 0; i < batches; i++)
        {
            free.Writer.TryWrite(new PoolBatch(schema, capacity, passes, halvesOf));
        }
    }

    /// <summary>Runs the pool through; <paramref name="sink"/> sees the batches in order, on one thread.</summary>
    public async Task RunAsync(IEnumerable<Shard> shards, Action<PoolBatch> sink, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task[] tasks =
        [
            Task.Run(() => ReadAsync(shards, stop.Token), CancellationToken.None),
            .. Enumerable.Range(0, threads).Select(_ => Task.Run(() => ScoreAsync(stop.Token), CancellationToken.None)),
            Task.Run(() => WriteAsync(sink, stop.Token), CancellationToken.None),
        ];
        await FirstFailureOrAllAsync(tasks, stop);
    }

    private async Task ReadAsync(IEnumerable<Shard> shards, CancellationToken stopping)
    {
        foreach (var shard in shards)
        {
            // Before the first row is read: a file that changes afterwards differs from its record, and the next run scores it again.
            var sha256 = ContentHash.Of(shard.Path, stopping);
            using var reader = new ShardReader(shard, schema);
            var more = true;
            while (more)
            {
                var batch = await free.Reader.ReadAsync(stopping);
                more = reader.Read(batch.Rows, stopping);
                if (!more)
                {
                    batch.Rows.Count = 0;
                }
                (batch.Shard, batch.ShardSha256, batch.EndsShard) = (shard, sha256, !more);
                batch.Scored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await toWrite.Writer.WriteAsync(batch, stopping);
                await toScore.Writer.WriteAsync(batch, stopping);
            }
        }
        toScore.Writer.Complete();
        toWrite.Writer.Complete();
    }

    private async Task ScoreAsync(CancellationToken stopping)
    {
        using var run = committee.NewRun();
        var kernel = new ScoreKernel(committee.Members, committee.Classes);
        var halves = halvesOf is null ? null : new HalfScores(committee.Members, committee.Classes, committee.TileRows);
        await foreach (var batch in toScore.Reader.ReadAllAsync(stopping))
        {
            for (var at = 0; at < batch.Rows.Count; at += committee.TileRows)
            {
                stopping.ThrowIfCancellationRequested();
                var rows = Math.Min(committee.TileRows, batch.Rows.Count - at);
                run.Load(batch.Rows, at, rows);
                run.Run();
                kernel.Score(run.Logits, committee.TileRows, rows, batch.Scores, at);
                halves?.Score(run.Logits, rows, batch.Scores, at);
            }
            batch.Scored.SetResult();
        }
    }

    private async Task WriteAsync(Action<PoolBatch> sink, CancellationToken stopping)
    {
        await foreach (var batch in toWrite.Reader.ReadAllAsync(stopping))
        {
            await batch.Scored.Task.WaitAsync(stopping);
            sink(batch);
            await free.Writer.WriteAsync(batch, stopping);
        }
    }

    private static Channel<PoolBatch> Bounded(int capacity) => Channel.CreateBounded<PoolBatch>(capacity);

    /// <summary>Stops the other tasks when one fails, waits for all, and throws what failed first.</summary>
    private static async Task FirstFailureOrAllAsync(Task[] tasks, CancellationTokenSource stop)
    {
        var open = tasks.ToList();
        Exception? first = null;
        while (open.Count > 0)
        {
            var ended = await Task.WhenAny(open);
            open.Remove(ended);
            if (!ended.IsCompletedSuccessfully)
            {
                first ??= ended.Exception?.InnerException ?? new OperationCanceledException(stop.Token);
                await stop.CancelAsync();
            }
        }
        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }
}
