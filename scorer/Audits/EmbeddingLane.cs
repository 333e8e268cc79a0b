using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ParquetPool.Scorer.Neighbours;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>One thread's way from rows to blocks: a batch, its vectors, and how many of them have gone into a block.</summary>
internal sealed class EmbeddingLane(AuditSplit split, Embedder embedder) : IDisposable
{
    private readonly EmbedderRun run = embedder.NewRun();
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int firstRow;
    private int next;

    /// <summary>The batch to read into.</summary>
    public RowBatch Batch { get; } = new(split.Schema, Embedder.BatchRows);

    /// <summary>Whether all rows of the batch have gone into a block.</summary>
    public bool IsEmpty => next >= Batch.Count;

    /// <summary>Starts on a batch that has been read and entered; embeds it.</summary>
    public void Start(int firstRow)
    {
        (this.firstRow, next) = (firstRow, 0);
        run.Embed(Batch);
    }

    /// <summary>Moves rows into the block until it is full or the batch is through.</summary>
    public void MoveTo(EmbeddingBlock block)
    {
        var vectors = run.VectorsOf(Batch);
        for (; block.Count < block.Capacity && next < Batch.Count; next++)
        {
            var row = firstRow + next;
            if (split.IsRejected(row))
            {
                continue;
            }
            var vector = vectors.Slice(next * embedder.Width, embedder.Width);
            ref var fingerprint = ref split.FingerprintOf(row);
            if (fingerprint == default)
            {
                fingerprint = Fingerprint(next);
            }
            if (!block.TryAdd(vector, row, split.IdOf(row), fingerprint))
            {
                split.Reject(row, vector.ContainsAnyExcept(0f) ? "the model's embedding is not finite" : "zero vector");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        run.Dispose();
        hash.Dispose();
    }

    // Half of a SHA-256: no two different rows of any real pool share it.
    private UInt128 Fingerprint(int index)
    {
        for (var column = 0; column < split.Schema.Vectors.Count; column++)
        {
            var width = split.Schema.Vectors[column].Width;
            hash.AppendData(MemoryMarshal.AsBytes(Batch.Vectors[column].AsSpan(index * width, width)));
        }
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(bytes);
        return MemoryMarshal.Read<UInt128>(bytes);
    }
}
