using System.Collections.Concurrent;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pairs;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Audits;

/// <summary>Streams a split once, from its shards into blocks. Reading takes turns, embedding runs on every thread that asks.</summary>
/// <remarks>A block takes the next <paramref name="blockRows"/> rows of the split, whatever the threads and the sizes of the shards; the rejected among them are left out.</remarks>
/// <param name="picks">Which rows are embedded, by their numbers; null for all.</param>
/// <param name="known">Shards whose rows are entered but not embedded, by name; null for none.</param>
internal sealed class SplitReader(AuditSplit split, Embedder embedder, int blockRows, Func<int, bool>? picks = null, IReadOnlySet<string>? known = null) : IEmbeddingSource, IDisposable
{
    private readonly Lock turn = new();
    private readonly ConcurrentBag<EmbeddingLane> idle = [];
    private readonly ConcurrentBag<EmbeddingLane> all = [];
    private RowBatch staged = new(split.Schema, Embedder.BatchRows);
    private ShardReader? reader;
    private Shard? open;

    /// <inheritdoc/>
    public int BlockRows => blockRows;

    /// <summary>The row of the split that is read next.</summary>
    public int Position { get; private set; }

    /// <inheritdoc/>
    public EmbeddingBlock? Next(EmbeddingBlock spare, CancellationToken stopping)
    {
        spare.Clear();
        var lane = idle.TryTake(out var taken) ? taken : NewLane();
        while (spare.Count == 0 && Fill(lane, stopping))
        {
            lane.MoveTo(spare);
        }
        idle.Add(lane);
        return spare.Count > 0 ? spare : null;
    }

    /// <summary>Reads on to a row without embedding those before it.</summary>
    public void SkipTo(int row, CancellationToken stopping)
    {
        while (Position < row)
        {
            Read(stopping);
        }
    }

    /// <summary>Reads on into blocks that stay in memory, in the order of their rows.</summary>
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
                    var block = new EmbeddingBlock(blockRows * embedder.Vectors, embedder.Width);
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
        return [.. blocks.OrderBy(block => block.RowAt(0))];
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
        var lane = new EmbeddingLane(split, embedder, blockRows);
        all.Add(lane);
        return lane;
    }

    private bool Fill(EmbeddingLane lane, CancellationToken stopping)
    {
        lock (turn)
        {
            stopping.ThrowIfCancellationRequested();
            lane.Start();
            if (Position == split.Rows)
            {
                return false;
            }
            while (!lane.IsFull && Position < split.Rows)
            {
                var (row, place) = (Position, Read(stopping));
                if (!IsKnown(open!) && (picks?.Invoke(row) ?? true))
                {
                    lane.Take(row, staged, place);
                }
            }
            return true;
        }
    }

    /// <summary>Reads and enters the next row.</summary>
    /// <returns>Its place among the staged rows.</returns>
    private int Read(CancellationToken stopping)
    {
        var (shard, row) = split.PlaceOf(Position);
        if (shard != open)
        {
            reader?.Dispose();
            reader = null;
            var schema = IsKnown(shard) ? split.Schema with { Vectors = [], Given = null } : split.Schema;
            (reader, open, staged) = (new ShardReader(shard, schema), shard, new RowBatch(schema, Embedder.BatchRows));
        }
        while (row >= staged.FirstRow + staged.Count)
        {
            if (!reader!.Read(staged, stopping))
            {
                throw new DataException($"{shard.Path} ends before row {row}, which it had when the audit began: leave the shards as they are while they are audited");
            }
        }
        split.Enter(Position, staged, (int)(row - staged.FirstRow));
        Position++;
        return (int)(row - staged.FirstRow);
    }

    private bool IsKnown(Shard shard) => known?.Contains(shard.Name) ?? false;
}
