using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Records;
using ParquetPool.Scorer.Strategies;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Selection;

/// <summary>The rows that a query is to teach about: some of them, drawn evenly, as the committee that scored the pool sees them.</summary>
internal static class TargetRows
{
    private const int RowsAtOnce = 2048;

    /// <summary>Draws rows from shards and computes what each member makes of them.</summary>
    /// <param name="targets">Files, folders or globs.</param>
    /// <param name="classes">Of the model.</param>
    /// <param name="seed">Decides the draw, by the rows' ids.</param>
    /// <param name="advance">Told how many rows were read since the last call.</param>
    /// <returns>[target, member, class].</returns>
    /// <exception cref="DataException">The model is not what scored, or the shards have no row that it reads.</exception>
    public static float[] Read(RunRecord run, IReadOnlyList<string> targets, int classes, ulong seed, Action<long> advance, CancellationToken stopping)
    {
        var shards = ShardSet.Resolve(targets, run.Pool.Shards.Select(s => s.Columns).FirstOrDefault());
        var (package, inputs) = RowValueReader.FedBy(run, shards);
        var list = Shortlist.Of(Draw(shards, new RowSchema([.. inputs.SelectMany(input => input.Columns).Distinct()]), Epig.TargetsFor(classes), seed, advance, stopping), seed);
        if (list.Rows.Count == 0)
        {
            throw new DataException($"--targets {string.Join(' ', targets)} has no row that the model can read: name shards like the pool's");
        }
        using var computer = new RowValueComputer(package, inputs, list, Needs.MemberProbabilities, compared: null, () => RowValueReader.CommitteeOf(run, package, inputs));
        RowValueReader.Read(computer, shards.ToDictionary(shard => shard.Name), list, _ => { }, stopping);
        return computer.Values().Probabilities;
    }

    private static IEnumerable<Candidate> Draw(ShardSet shards, RowSchema schema, int most, ulong seed, Action<long> advance, CancellationToken stopping)
    {
        var drawn = new BestRows(most);
        var batch = new RowBatch(schema, RowBatch.RowsWithin(schema, RowsAtOnce));
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    if (batch.Faults[row] == RowFaults.None)
                    {
                        drawn.Offer(new Candidate(batch.Ids[row], shard.Name, batch.FirstRow + row, "", 0), RandomScore.Of(seed, batch.Ids[row], Purpose.TargetRows));
                    }
                }
                advance(batch.Count);
            }
        }
        return drawn.Rows;
    }
}
