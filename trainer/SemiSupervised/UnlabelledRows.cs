using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Rows whose labels are not known, in memory.</summary>
/// <param name="Rows">In the order of their ids, of class -1. None is held out, or would be if it were labelled: rounds to come are measured on rows that none before has seen.</param>
/// <param name="Pool">Rows of the shards.</param>
/// <param name="Labelled">Those that are learnt from by their labels, and so left out here.</param>
/// <param name="HeldOut">Those left out because they are, or would be, held out.</param>
/// <param name="Faulty">Those left out because their vectors cannot be learnt from.</param>
internal sealed record UnlabelledRows(IReadOnlyList<LabelledRow> Rows, long Pool, long Labelled, long HeldOut, long Faulty)
{
    /// <summary>Labels of some that nobody learns from, by id: to measure by. Empty where none were given.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    private const int BatchRows = 2048;
    private const long MostBytes = 1L << 30;

    /// <summary>Reads the shards once; holds as many rows as <paramref name="reading"/> allows, and 1 GiB with what is guessed of them, drawn by id and seed.</summary>
    /// <param name="set">The labelled rows; its columns are read.</param>
    /// <param name="advance">Called with the rows read since the last call.</param>
    /// <exception cref="DataException">A shard cannot be read or lacks a column, an id stands twice, or there are too few rows.</exception>
    public static UnlabelledRows Read(ShardSet pool, TrainingSet set, UnlabelledReading reading, Action<long> advance, CancellationToken stopping)
    {
        Require(pool, set.Columns);
        var schema = new RowSchema(set.Columns);
        var batch = new RowBatch(schema, BatchRows);
        var kept = new KeptRows<float[]>((int)Math.Min(reading.MostRows, MostBytes / (sizeof(float) * (set.Columns.Sum(c => (long)c.Width) + (2L * set.Classes.Count)))));
        var (known, held) = (set.Training.Select(r => r.Id).ToHashSet(), set.Holdout.Select(r => r.Id).ToHashSet());
        var (rows, labelled, heldOut, faulty) = (0L, 0L, 0L, 0L);
        foreach (var shard in pool)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    var (id, place) = (batch.Ids[row], row);
                    if (known.Contains(id))
                    {
                        labelled++;
                    }
                    else if (held.Contains(id) || Holdout.Place(id) < reading.HoldoutShare)
                    {
                        heldOut++;
                    }
                    else if (batch.Faults[row] != RowFaults.None)
                    {
                        faulty++;
                    }
                    else
                    {
                        kept.Offer(Turn(reading.Seed, id), id, () => LabelledRowReader.Join(batch, place));
                    }
                }
                rows += batch.Count;
                advance(batch.Count);
            }
        }
        var twice = new RowExamples();
        var found = kept.InOrder(twice);
        twice.ThrowIfAny("ids stand more than once in the unlabelled pool", "make ids unique: a row must not count twice");
        return found.Count >= reading.LeastRows
            ? new UnlabelledRows([.. found.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => new LabelledRow(r.Id, r.Row, -1))], rows, labelled, heldOut, faulty)
            : throw new DataException($"the unlabelled pool has {rows} rows, of which {found.Count} can be learnt from ({labelled} are labelled, {heldOut} held out, {faulty} at fault), expected {reading.LeastRows} or more, as a step takes: add shards, lower --batch-rows or leave --learn out");
    }

    /// <summary>The place of a row in the order in which rows are kept where there is no room for all, in [0, 1).</summary>
    public static double Turn(ulong seed, string id) => RandomScore.Of(seed, id, Purpose.UnlabelledSample);

    /// <summary>What a reader should know of them.</summary>
    public IEnumerable<string> Notes()
    {
        var tooMany = Pool - Labelled - HeldOut - Faulty - Rows.Count;
        yield return FormattableString.Invariant($"{Rows.Count:N0} of the unlabelled pool's {Pool:N0} rows are learnt from without a label; {HeldOut:N0} are left out as held out{Some(Faulty, "as at fault")}{Some(tooMany, "because no more are taken (--unlabelled-rows)")}");
        if (Labelled > 0)
        {
            yield return FormattableString.Invariant($"{Labelled:N0} rows of the unlabelled pool are labelled: they are learnt from by their labels, and not guessed");
        }
    }

    private static string Some(long rows, string why) => rows > 0 ? FormattableString.Invariant($", {rows:N0} {why}") : "";

    private static void Require(ShardSet pool, IReadOnlyList<VectorColumn> columns)
    {
        foreach (var column in columns)
        {
            if (pool.Vector(column.Name, column.Optional) is var other && !column.Takes(other))
            {
                throw new DataException($"the unlabelled pool's column {column.Name} has vectors of {other.Kind}, the labelled rows' of {column.Kind}: give a pool with the same columns");
            }
        }
    }
}

/// <summary>Which rows without labels are read.</summary>
/// <param name="MostRows">How many are held at most.</param>
/// <param name="HoldoutShare">See <see cref="Holdout.Split"/>.</param>
/// <param name="Seed">Decides which are held where there is no room for all.</param>
/// <param name="LeastRows">Rows of a step.</param>
internal sealed record UnlabelledReading(int MostRows, double HoldoutShare, ulong Seed, int LeastRows);
