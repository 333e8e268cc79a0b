using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Trainer.Rounds;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>Rows of a pool, in memory, without labels.</summary>
/// <param name="Training">[row][feature], joined, in the order of ids. None would be held out if it were labelled: rounds to come are measured on rows that nothing has learnt from.</param>
/// <param name="Measured">Of those that would be held out.</param>
/// <param name="Width">Features.</param>
/// <param name="Unusable">Rows of the pool without a usable vector.</param>
/// <param name="Sha256">Of the rows that are learnt from.</param>
internal sealed record PretrainData(IReadOnlyList<float[]> Training, IReadOnlyList<float[]> Measured, int Width, long Unusable, string Sha256)
{
    /// <summary>The fewest rows to learn from.</summary>
    public const int LeastRows = 100;

    private const int BatchRows = 2048;
    private const int MostMeasured = 1000;
    private const long MostBytes = 512L << 20;

    /// <summary>Reads the shards once; holds at most <paramref name="mostRows"/> and 512 MiB, drawn by id and seed.</summary>
    /// <param name="advance">Called with the rows read since the last call.</param>
    /// <exception cref="DataException">A shard cannot be read, an id stands twice, or there are too few rows.</exception>
    public static PretrainData Read(ShardSet pool, IReadOnlyList<VectorColumn> columns, int mostRows, ulong seed, Action<long> advance, CancellationToken stopping)
    {
        var width = columns.Sum(c => c.Width);
        var most = (int)Math.Min(mostRows, MostBytes / (sizeof(float) * (long)width));
        var (training, measured, unusable) = (new KeptRows<float[]>(most), new KeptRows<float[]>(MostMeasured), 0L);
        foreach (var batch in Batches(pool, columns, stopping))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (batch.Faults[row] != RowFaults.None)
                {
                    unusable++;
                    continue;
                }
                var (id, at) = (batch.Ids[row], row);
                (Holdout.Place(id) < TrainRequest.DefaultValidation ? measured : training).Offer(UnlabelledRows.Turn(seed, id), id, () => LabelledRowReader.Join(batch, at));
            }
            advance(batch.Count);
        }
        var twice = new RowExamples();
        var (learnt, seen) = (training.InOrder(twice), measured.InOrder(twice));
        twice.ThrowIfAny("ids stand more than once in the pool", "make ids unique: a row must not count twice");
        return learnt.Count >= LeastRows && seen.Count > 0
            ? new PretrainData(Sorted(learnt), Sorted(seen), width, unusable, Digest(learnt))
            : throw new DataException($"the pool has {learnt.Count} rows to learn from and {seen.Count} to measure by ({unusable} have no usable vector), expected {LeastRows} or more and 1 or more: add shards");
    }

    /// <summary>The batches of a pool, one after another in the same buffers.</summary>
    public static IEnumerable<RowBatch> Batches(ShardSet pool, IReadOnlyList<VectorColumn> columns, CancellationToken stopping)
    {
        var schema = new RowSchema(columns);
        var batch = new RowBatch(schema, BatchRows);
        foreach (var shard in pool)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                yield return batch;
            }
        }
    }

    private static float[][] Sorted(List<(double Place, string Id, float[] Row)> rows) => [.. rows.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Row)];

    private static string Digest(List<(double Place, string Id, float[] Row)> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, id, row) in rows)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(id));
            hash.AppendData(MemoryMarshal.AsBytes<float>(row));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
