using ParquetPool.Engine;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Committees;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Storage;

namespace ParquetPool.Scorer.Scoring;

/// <summary>Reads, scores and writes a pool, the three at the same time.</summary>
/// <remarks>
/// One thread reads the shards in order, <c>threads</c> threads score, one writes in the order read. A ring of batches goes round
/// (two per scoring thread and two more), so memory is bounded by batches · rows · (width · 4 + columns · 8) bytes whatever the pool, and
/// but for the ids a batch allocates next to nothing.
/// A batch holds whole tiles and starts at a tile's border within its shard: a row meets the same rows in its tile whatever the batch size.
/// </remarks>
internal sealed class ScorePipeline : IDisposable
{
    private readonly Committee committee;
    private readonly double temperature;
    private readonly RowSchema schema;
    private readonly int threads;
    private readonly PoolBatch[] ring;
    private readonly SemaphoreSlim free;
    private readonly SemaphoreSlim filled = new(0);
    private int scored = -1; // the last batch that a scoring thread took
    private volatile int end = int.MaxValue; // how many batches the pool made

    public ScorePipeline(Committee committee, int batchRows, int threads, double temperature = 1)
    {
        (this.committee, this.threads, this.temperature) = (committee, threads, temperature);
        schema = new RowSchema([.. committee.Inputs.SelectMany(i => i.Columns).Distinct()]);
        var capacity = (RowBatch.RowsWithin(schema, batchRows) + committee.TileRows - 1) / committee.TileRows * committee.TileRows;
        ring = [.. Enumerable.Range(0, 2 * threads + 2).Select(_ => new PoolBatch(schema, capacity, committee))];
        free = new SemaphoreSlim(ring.Length);
    }

    /// <summary>Runs the pool through, once; <paramref name="sink"/> sees the batches in order, on one thread.</summary>
    public async Task RunAsync(IEnumerable<Shard> shards, Action<PoolBatch> sink, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task[] tasks =
        [
            Start(() => Read(shards, stop.Token)),
            .. Enumerable.Range(0, threads).Select(_ => Start(() => Score(stop.Token))),
            Start(() => Write(sink, stop.Token)),
        ];
        await FirstFailureOrAllAsync(tasks, stop);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(ring, batch => batch.Dispose());
        free.Dispose();
        filled.Dispose();
    }

    private void Read(IEnumerable<Shard> shards, CancellationToken stopping)
    {
        var next = 0;
        foreach (var shard in shards)
        {
            // Before the first row is read: a file that changes afterwards differs from its record, and the next run scores it again.
            using var file = StoredFiles.Open(shard.Path, stopping);
            var sha256 = ContentHash.Of(shard.Path, stopping);
            using var reader = new ShardReader(shard, schema);
            var more = true;
            while (more)
            {
                free.Wait(stopping);
                var batch = ring[next++ % ring.Length];
                more = reader.Read(batch.Rows, stopping);
                (batch.Shard, batch.ShardSha256, batch.EndsShard) = (shard, sha256, !more);
                filled.Release();
            }
        }
        free.Wait(stopping);
        end = next;
        filled.Release(threads);
        ring[next % ring.Length].Scored.Release();
    }

    private void Score(CancellationToken stopping)
    {
        using var run = committee.NewRun();
        var kernel = new ScoreKernel(committee.Members, committee.Classes, temperature);
        while (true)
        {
            filled.Wait(stopping);
            var next = Interlocked.Increment(ref scored);
            if (next >= end)
            {
                return;
            }
            var batch = ring[next % ring.Length];
            for (var at = 0; at < batch.Rows.Count; at += committee.TileRows)
            {
                stopping.ThrowIfCancellationRequested();
                var rows = Math.Min(committee.TileRows, batch.Rows.Count - at);
                run.Load(batch.Rows, at, rows);
                run.Run(rows);
                kernel.Score(run.Logits, committee.TileRows, rows, batch.Scores, at);
                batch.Scores.TakePredictedLosses(run.PredictedLosses[..(committee.PredictsLosses ? rows : 0)], at);
            }
            batch.Scored.Release();
        }
    }

    private void Write(Action<PoolBatch> sink, CancellationToken stopping)
    {
        for (var next = 0; ; next++)
        {
            var batch = ring[next % ring.Length];
            batch.Scored.Wait(stopping);
            if (next == end)
            {
                return;
            }
            sink(batch);
            free.Release();
        }
    }

    private static Task Start(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

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
