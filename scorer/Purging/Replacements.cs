using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Findings;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Purging;

/// <summary>Spare rows of the classes of removed ones, in an order that depends on the seed and their ids alone.</summary>
/// <remarks>A row whose id stands in the train or test split is not taken, nor one that doubles something by the audit of the spare rows, where there is one. Memory: the ids of all rows.</remarks>
internal sealed class Replacements
{
    private readonly Dictionary<string, Queue<SpareRow>> spare;

    private Replacements(Dictionary<string, Queue<SpareRow>> spare) => this.spare = spare;

    /// <summary>Reads the spare rows.</summary>
    /// <param name="floor">The least cosine at which a pair of the spare rows' audit is a double.</param>
    /// <exception cref="DataException">A shard cannot be read or has no label, or the audit is of other shards.</exception>
    public static Replacements Read(FinishedAudit audit, ShardSet shards, PurgeOptions options, double floor, CancellationToken stopping)
    {
        var used = Rows(audit.Record.Splits.SelectMany(split => split.Shards).Select(shard => new Shard(shard.Name, shard.Path, shard.Columns)), null, stopping).Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        if (options.SpareAudit is { } folder)
        {
            used.UnionWith(Doubles(FinishedAudit.Open(folder), shards, floor));
        }
        var byClass = Rows(shards, options.LabelColumn, stopping)
            .Where(row => row.Label is not null && used.Add(row.Id))
            .GroupBy(row => row.Label!)
            .ToDictionary(rows => rows.Key, rows => new Queue<SpareRow>(rows.OrderBy(row => RandomScore.Of(options.Seed, row.Id, Purpose.SpareRows)).ThenBy(row => row.Id, StringComparer.Ordinal)));
        return new Replacements(byClass);
    }

    /// <summary>The next row of a class; null where it has run out, or the class is not known.</summary>
    public SpareRow? Take(string? label) => label is not null && spare.TryGetValue(label, out var rows) && rows.TryDequeue(out var row) ? row : null;

    private static IEnumerable<string> Doubles(FinishedAudit audit, ShardSet shards, double floor)
    {
        var audited = audit.Record.Splits[^1].Shards.Select(shard => shard.Path).ToHashSet();
        if (shards.FirstOrDefault(shard => !audited.Contains(shard.Path)) is { } other)
        {
            throw new DataException($"{audit.Folder} does not audit {other.Path}: audit the spare shards as --test against the train and test splits as --train");
        }
        if (audit.Record.Summary.Threshold > floor)
        {
            throw new DataException(FormattableString.Invariant($"{audit.Folder} lists pairs of similarity {audit.Record.Summary.Threshold} or more, the farthest leak has {floor}: audit the spare shards without a threshold, or with that one"));
        }
        var unknown = TextTable.Read(Path.Combine(audit.Folder, "rejects.parquet"), "id", "split").Where(row => row[1] == "test").Select(row => row[0]).OfType<string>();
        // Of two spare rows that double each other the first stays.
        var doubles = audit.Pairs.Where(pair => pair.Exact || pair.Similarity >= floor).Select(pair => pair.Inside ? pair.Other.Id : pair.Test.Id);
        return doubles.Concat(unknown);
    }

    private static IEnumerable<SpareRow> Rows(IEnumerable<Shard> shards, string? label, CancellationToken stopping)
    {
        var schema = new RowSchema([], LabelColumn: label);
        var batch = new RowBatch(schema, 2048);
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    if (batch.Faults[row] == RowFaults.None)
                    {
                        yield return new SpareRow(shard, batch.FirstRow + row, batch.Ids[row], batch.Labels[row]);
                    }
                }
            }
        }
    }
}

/// <summary>A row that may take the place of a removed one.</summary>
internal sealed record SpareRow(Shard Shard, long Row, string Id, string? Label);
