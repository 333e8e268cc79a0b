using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Scorer.Pairs;
using ParquetPool.ShardRows;

namespace ParquetPool.Scorer.Audits;

/// <summary>One thread's way from rows to a block: as many rows as a block takes, in batches that are embedded one after another.</summary>
internal sealed class EmbeddingLane(AuditSplit split, Embedder embedder, int blockRows) : IDisposable
{
    private readonly EmbedderRun run = embedder.NewRun();
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly RowBatch[] batches = [.. Enumerable.Range(0, (blockRows + Embedder.BatchRows - 1) / Embedder.BatchRows).Select(_ => new RowBatch(split.Schema, Embedder.BatchRows))];
    private readonly int[] rows = new int[blockRows];
    private int held;

    /// <summary>Whether it holds as many rows as a block takes.</summary>
    public bool IsFull => held == blockRows;

    /// <summary>Starts anew.</summary>
    public void Start()
    {
        held = 0;
        foreach (var batch in batches)
        {
            batch.Count = 0;
        }
    }

    /// <summary>Takes in a row of the split.</summary>
    public void Take(int row, RowBatch batch, int index)
    {
        batches[held / Embedder.BatchRows].Append(batch, index);
        rows[held++] = row;
    }

    /// <summary>Embeds the rows and moves those that can be compared into the block.</summary>
    public void MoveTo(EmbeddingBlock block)
    {
        var next = 0;
        foreach (var batch in batches.Where(batch => batch.Count > 0))
        {
            run.Embed(batch);
            var vectors = run.VectorsOf(batch);
            for (var index = 0; index < batch.Count; index++, next++)
            {
                for (var number = 0; number < embedder.Vectors && !split.IsRejected(rows[next]); number++)
                {
                    Move(block, rows[next], number, batch, index, vectors.Slice(((index * embedder.Vectors) + number) * embedder.Width, embedder.Width));
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        run.Dispose();
        hash.Dispose();
    }

    private void Move(EmbeddingBlock block, int row, int number, RowBatch batch, int index, ReadOnlySpan<float> vector)
    {
        ref var fingerprint = ref split.FingerprintOf(row);
        if (fingerprint == default)
        {
            fingerprint = Fingerprint(batch, index);
        }
        if (!block.TryAdd(vector, row, split.IdOf(row), fingerprint) && number == 0)
        {
            split.Reject(row, vector.ContainsAnyExcept(0f) ? "the model's embedding is not finite" : AuditSplit.ZeroVector);
        }
    }

    // Half of a SHA-256: no two different rows of any real pool share it.
    private UInt128 Fingerprint(RowBatch batch, int index)
    {
        for (var column = 0; column < split.Schema.Vectors.Count; column++)
        {
            var width = split.Schema.Vectors[column].Width;
            hash.AppendData(MemoryMarshal.AsBytes(batch.Vectors[column].AsSpan(index * width, width)));
        }
        if (batch.Given[index] is { } given)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(given));
        }
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return MemoryMarshal.Read<UInt128>(bytes);
    }
}
