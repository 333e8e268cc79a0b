using System.Collections.Concurrent;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>Streams a split once, from its shards into blocks. Reading takes turns, embedding runs on every thread that asks.</summary>
/// <remarks>Every block but the last of each thread is full, whatever the sizes of the shards.</remarks>
internal sealed class SplitReader(AuditSplit split, Embedder embedder, int blockRows) : IEmbeddingSource, IDisposable
{
    private readonly Lock turn = new();
    private readonly ConcurrentBag<EmbeddingLane> idle = [];
    private readonly ConcurrentBag<EmbeddingLane> all = [];
    private ShardReader? reader;
    private int shard = -1;

    /// <inheritdoc/>
    public int BlockRows => blockRows;

    /// <inheritdoc/>
    public EmbeddingBlock? Next(EmbeddingBlock spare, CancellationToken stopping)
    {
        spare.Clear();
        var lane = idle.TryTake(out var taken) ? taken : NewLane();
        while (spare.Count < spare.Capacity)
        {
            if (!lane.IsEmpty || Refill(lane, stopping))
            {
                lane.MoveTo(spare);
            }
            else if (!idle.TryTake(out lane))
            {
                return spare.Count > 0 ? spare : null;
            }
        }
        idle.Add(lane);
        return spare;
    }

    /// <summary>Reads on into blocks that stay in memory.</summary>
    /// <param name="most">The most blocks to fill; fewer where the split ends.</param>
    /// <param name="advance">Told how many rows were read since the last call.</param>
    public IReadOnlyList<EmbeddingBlock> Load(int most, int threads, Action<long> advance, CancellationToken stopping)
    {
        var blocks = new ConcurrentBag<EmbeddingBlock>();
        var begun = 0;
        Workers.Run(
            threads,
            (_, stop) =>
            {
                while (Interlocked.Increment(ref begun) <= most)
                {
                    var block = new EmbeddingBlock(blockRows, embedder.Width);
                    if (Next(block, stop) is null)
                    {
                        block.Dispose();
                        return;
                    }
                    blocks.Add(block);
                    advance(block.Count);
                }
            },
            stopping);
        return [.. blocks];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reader?.Dispose();
        foreach (var lane in all)
        {
            lane.Dispose();
        }
    }

    private EmbeddingLane NewLane()
    {
        var lane = new EmbeddingLane(split, embedder);
        all.Add(lane);
        return lane;
    }

    private bool Refill(EmbeddingLane lane, CancellationToken stopping)
    {
        int first;
        lock (turn)
        {
            stopping.ThrowIfCancellationRequested();
            while (reader is null || !reader.Read(lane.Batch, stopping))
            {
                reader?.Dispose();
                reader = null;
                if (shard + 1 >= split.Shards.Count)
                {
                    return false;
                }
                reader = new ShardReader(split.Shards[++shard], split.Schema);
            }
            first = split.Enter(lane.Batch, shard);
        }
        lane.Start(first);
        return true;
    }
}
