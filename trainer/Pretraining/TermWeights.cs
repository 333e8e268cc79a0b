using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>How rare each place of a pool's hashed texts is.</summary>
/// <remarks>TF-IDF with idf = 1 + ln((1 + rows) / (1 + rows in which the place is not zero)), as scikit-learn has it; a row is scaled to length 1 afterwards.</remarks>
/// <param name="Column">The texts' vectors.</param>
/// <param name="Rows">Rows that are not all zeros.</param>
/// <param name="Unusable">Rows without a vector of finite numbers.</param>
/// <param name="Idf">[place]</param>
/// <param name="Sha256">Of all this; tells one pool from another.</param>
internal sealed record TermWeights(VectorColumn Column, long Rows, long Unusable, double[] Idf, string Sha256)
{
    /// <summary>Reads the pool once; the order of rows and shards decides nothing. Memory: a batch, and a number a place.</summary>
    /// <exception cref="DataException">A shard cannot be read, or no row has a number that is not zero.</exception>
    public static TermWeights Read(ShardSet pool, VectorColumn column, Action<long> advance, CancellationToken stopping)
    {
        var counts = new long[column.Width];
        var (rows, unusable) = (0L, 0L);
        foreach (var batch in PretrainData.Batches(pool, [column], stopping))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                var values = batch.Vectors[0].AsSpan(row * column.Width, column.Width);
                unusable += batch.Faults[row] == RowFaults.None ? 0 : 1;
                if (batch.Faults[row] == RowFaults.None && values.ContainsAnyExcept(0f))
                {
                    rows++;
                    for (var place = 0; place < values.Length; place++)
                    {
                        counts[place] += values[place] == 0 ? 0 : 1;
                    }
                }
            }
            advance(batch.Count);
        }
        return rows > 0
            ? new TermWeights(column, rows, unusable, Array.ConvertAll(counts, count => 1 + Math.Log((1.0 + rows) / (1 + count))), Digest(column, rows, counts))
            : throw new DataException($"{pool[0].Path}: column {column.Name} is all zeros or unusable in every row, expected hashed texts: name another with --features");
    }

    /// <summary>A row weighted and scaled: its places that are not zero, in order, and their numbers; none of a row that cannot be used.</summary>
    public List<(int Place, double Value)> Weighted(RowBatch batch, int row)
    {
        var found = new List<(int Place, double Value)>();
        var values = batch.Vectors[0].AsSpan(row * Column.Width, Column.Width);
        var squares = 0.0;
        for (var place = 0; place < values.Length && batch.Faults[row] == RowFaults.None; place++)
        {
            if (values[place] != 0)
            {
                var value = values[place] * Idf[place];
                found.Add((place, value));
                squares += value * value;
            }
        }
        var length = Math.Sqrt(squares);
        return [.. found.Select(of => (of.Place, of.Value / length))];
    }

    private static string Digest(VectorColumn column, long rows, long[] counts)
    {
        var bytes = new byte[(counts.Length + 1) * sizeof(long)];
        foreach (var (at, number) in counts.Append(rows).Index())
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at * sizeof(long)), number);
        }
        return Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(column.Name), .. bytes]));
    }
}
