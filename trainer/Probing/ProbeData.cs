using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Trainer.Pretraining;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Probing;

/// <summary>The rows of a probe, less the mean of all their numbers, over the deviation of them all: so they keep their looks.</summary>
/// <param name="Learnt">The row that is learnt.</param>
/// <param name="Others">Other rows, [row][number].</param>
/// <param name="Noise">A row of standard normal numbers.</param>
/// <param name="Mean">What was taken from each number.</param>
/// <param name="Deviation">By what each was divided.</param>
internal sealed record ProbeData(string Id, float[] Learnt, IReadOnlyList<string> OtherIds, IReadOnlyList<float[]> Others, float[] Noise, double Mean, double Deviation)
{
    /// <summary>Reads the shards once; holds the rows that are probed alone, drawn by id and seed.</summary>
    /// <exception cref="UsageException">--row names no usable row.</exception>
    /// <exception cref="DataException">A shard cannot be read, an id stands twice, or there are too few rows.</exception>
    public static ProbeData Read(ShardSet pool, IReadOnlyList<VectorColumn> columns, ProbeOptions options, Action<long> advance, CancellationToken stopping)
    {
        var (kept, named) = (new KeptRows<float[]>(options.Rows + 1), new List<float[]>());
        foreach (var batch in PretrainData.Batches(pool, columns, stopping))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                if (batch.Faults[row] != RowFaults.None)
                {
                    continue;
                }
                var (id, at) = (batch.Ids[row], row);
                if (id == options.Row)
                {
                    named.Add(LabelledRowReader.Join(batch, at));
                    continue;
                }
                kept.Offer(UnlabelledRows.Turn(options.Seed, id), id, () => LabelledRowReader.Join(batch, at));
            }
            advance(batch.Count);
        }
        var twice = new RowExamples();
        var rows = kept.InOrder(twice);
        twice.ThrowIfAny("ids stand more than once in the pool", "make ids unique: a row must not count twice");
        if (named.Count != 1 && options.Row is { } asked)
        {
            throw new UsageException(named.Count == 0 ? $"--row {asked}: no row of the pool with a usable vector has this id: check the id" : $"--row {asked}: {named.Count} rows of the pool have this id, expected one: make ids unique");
        }
        var (learntId, learnt) = options.Row is { } name ? (name, named[0]) : rows.Count > 0 ? (rows[0].Id, rows[0].Row) : ("", []);
        var others = rows.Where(row => row.Id != learntId).Take(options.Rows).ToList();
        if (others.Count == 0)
        {
            throw new DataException($"the pool has {rows.Count + named.Count} rows with a usable vector, expected 2 or more: one to learn and others to measure by");
        }
        return Scaled(learntId, learnt, others, options.Seed);
    }

    /// <summary>The numbers of a row as the pool has them.</summary>
    public float[] Unscaled(float[] row) => Array.ConvertAll(row, value => (float)((value * Deviation) + Mean));

    private static ProbeData Scaled(string id, float[] learnt, List<(double Place, string Id, float[] Row)> others, ulong seed)
    {
        float[][] all = [learnt, .. others.Select(other => other.Row)];
        var mean = all.SelectMany(row => row).Average(value => (double)value);
        var deviation = Math.Sqrt(all.SelectMany(row => row).Average(value => Math.Pow(value - mean, 2)));
        if (!(deviation > 0) || Array.TrueForAll(learnt, value => value == learnt[0]))
        {
            throw new DataException($"the numbers of row {id} are all the same, expected a row that can be told from others: name another with --row");
        }
        var draws = new PhiloxStream(seed, Purpose.ProbeNoise, 0);
        return new ProbeData(id, Scale(learnt), [.. others.Select(other => other.Id)], [.. others.Select(other => Scale(other.Row))], [.. learnt.Select(_ => (float)Normal())], mean, deviation);

        float[] Scale(float[] row) => Array.ConvertAll(row, value => (float)((value - mean) / deviation));

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - draws.Uniform())) * Math.Cos(2 * Math.PI * draws.Uniform());
    }
}
