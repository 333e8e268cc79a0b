using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Embedding;

/// <summary>Rows of a pool, in memory, with and without labels.</summary>
/// <param name="Columns">The feature columns.</param>
/// <param name="Classes">Class names in their order; empty without labels.</param>
/// <param name="Training">Learnt from, in the order of <see cref="Holdout.Place"/>. A row without a label has class -1.</param>
/// <param name="Measured">Never learnt from: what the embedding is measured by.</param>
internal sealed record PoolSample(
    IReadOnlyList<VectorColumn> Columns, IReadOnlyList<string> Classes, IReadOnlyList<LabelledRow> Training, IReadOnlyList<LabelledRow> Measured)
{
    // Of a larger pool as many rows are taken as these bounds allow, chosen by id.
    private const long MostBytes = 512L << 20;
    private const int MostRowsOfAny = 200_000;

    /// <summary>The fewest rows to learn from.</summary>
    public const int LeastRows = 100;

    private const int BatchRows = 2048;
    private const int MostMeasured = 1000;
    private const int MeasuredShare = 10;

    /// <summary>Rows to learn from that have a label.</summary>
    public int Labelled => Training.Count(r => r.Class >= 0);

    /// <summary>The most rows of these columns that are kept in memory.</summary>
    public static int MostRows(IReadOnlyList<VectorColumn> columns) =>
        (int)Math.Min(MostRowsOfAny, MostBytes / (columns.Sum(c => (long)c.Width) * sizeof(float)));

    /// <summary>Reads the pool once.</summary>
    /// <param name="labels">Null for no labels.</param>
    /// <param name="mostRows">The most rows to keep.</param>
    /// <param name="advance">Called with the rows read since the last call.</param>
    /// <returns>The same rows in the same order, whatever the order of the shards.</returns>
    /// <exception cref="DataException">A shard cannot be read, a row is faulty or stands twice, a label is for an id that is not in the pool, or there are too few rows.</exception>
    public static PoolSample Read(
        ShardSet pool, IReadOnlyList<VectorColumn> columns, LabelSource? labels, int mostRows, Action<long> advance, CancellationToken stopping)
    {
        var schema = new RowSchema(columns, LabelColumn: (labels as LabelSource.Column)?.Name);
        var batch = new RowBatch(schema, BatchRows);
        var kept = new KeptRows<(float[] Features, string? Label)>(mostRows);
        var unknown = (labels as LabelSource.Given)?.ById.Keys.ToHashSet() ?? [];
        var faulty = new RowExamples();
        foreach (var shard in pool)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    var id = batch.Ids[row];
                    unknown.Remove(id);
                    if (batch.Faults[row] != RowFaults.None)
                    {
                        faulty.Add($"'{id}' ({shard.Name} row {batch.FirstRow + row})", RowFaultText.Of(batch.Faults[row]));
                        continue;
                    }
                    var place = row;
                    kept.Offer(Holdout.Place(id), id, () => (LabelledRowReader.Join(batch, place), LabelledRowReader.Label(batch, place, labels)));
                }
                advance(batch.Count);
            }
        }
        faulty.ThrowIfAny("rows have vectors that cannot be learnt from", "mend the shards or leave these rows out");
        Require(unknown);
        return Of(columns, kept);
    }

    private static PoolSample Of(IReadOnlyList<VectorColumn> columns, KeptRows<(float[] Features, string? Label)> kept)
    {
        var twice = new RowExamples();
        var rows = kept.InOrder(twice);
        twice.ThrowIfAny("ids stand more than once in the pool", "make ids unique: a row must not be told from itself");
        var measured = Math.Min(MostMeasured, rows.Count / MeasuredShare);
        if (rows.Count - measured < LeastRows)
        {
            throw new DataException($"the pool has {rows.Count} rows, {rows.Count - measured} to learn from and {measured} to measure by, expected {LeastRows} or more to learn from: add shards");
        }
        var classes = TrainingSet.Sort(rows.Select(r => r.Row.Label).OfType<string>().Distinct());
        var places = classes.Select((name, place) => (name, place)).ToDictionary(c => c.name, c => c.place);
        var all = rows.Select(r => new LabelledRow(r.Id, r.Row.Features, r.Row.Label is { } label ? places[label] : -1)).ToArray();
        return new PoolSample(columns, classes, all[measured..], all[..measured]);
    }

    private static void Require(HashSet<string> unknown)
    {
        var examples = new RowExamples();
        foreach (var id in unknown.Order(StringComparer.Ordinal))
        {
            examples.Add($"'{id}'");
        }
        examples.ThrowIfAny("labels are for ids that are not in the pool", "add the shards that hold them or take the labels out");
    }
}
