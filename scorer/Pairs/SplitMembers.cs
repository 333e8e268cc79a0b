using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Scorer.Findings;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Scorer.Pairs;

/// <summary>Which rows of a set of shards belong to a split, counted through all of them, ascending.</summary>
/// <remarks>Read beforehand, without the vectors. 4 bytes a row.</remarks>
internal sealed record SplitMembers(string Name, int[] Rows)
{
    /// <summary>The most splits of one audit: each is compared with each.</summary>
    public const int MostSplits = 8;

    /// <summary>What the rows without a label file's ids are called.</summary>
    public const string Unlabelled = "pool";

    /// <summary>The rows by the values of a column, the largest split first; of equals by name.</summary>
    /// <param name="without">Told of each row that has no value.</param>
    /// <exception cref="DataException">The column is missing, or has too many values or none.</exception>
    public static IReadOnlyList<SplitMembers> OfColumn(ShardSet shards, string column, Action<RejectedRow> without, CancellationToken stopping)
    {
        var splits = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (var row in Read(shards, column, stopping))
        {
            if (row.Value is not { } value)
            {
                without(new RejectedRow(row.Id, "", row.Shard.Name, row.Place, $"{column} is null"));
            }
            else if (splits.TryGetValue(value, out var rows))
            {
                rows.Add(row.Number);
            }
            else if (splits.Count < MostSplits)
            {
                splits.Add(value, [row.Number]);
            }
            else
            {
                throw new DataException($"{shards[0].Path}: column {column} has more than {MostSplits} values ({string.Join(", ", splits.Keys.Order(StringComparer.Ordinal).Take(5))}, ...), expected the names of splits such as train and test: name another column with --split-column");
            }
        }
        if (splits.Keys.GroupBy(LabelText.Key).FirstOrDefault(alike => alike.Count() > 1) is { } twice)
        {
            throw new DataException($"{shards[0].Path}: column {column} has {string.Join(" and ", twice.Order(StringComparer.Ordinal).Select(name => $"'{name}'"))}, which may be one split, expected one spelling of each: write them alike");
        }
        return splits.Count > 0
            ? [.. splits.Select(split => new SplitMembers(split.Key, [.. split.Value])).OrderByDescending(split => split.Rows.Length).ThenBy(split => split.Name, StringComparer.Ordinal)]
            : throw new DataException($"{shards[0].Path}: column {column} is null in every row, expected the names of splits such as train and test: name another column with --split-column");
    }

    /// <summary>The rows whose ids are among those of label files, then all others.</summary>
    /// <exception cref="DataException">An id stands in no shard, or there are no other rows.</exception>
    public static IReadOnlyList<SplitMembers> OfIds(ShardSet shards, IEnumerable<string> ids, CancellationToken stopping)
    {
        var missing = ids.ToHashSet(StringComparer.Ordinal);
        var wanted = missing.ToHashSet(StringComparer.Ordinal);
        var (labelled, others) = (new List<int>(), new List<int>());
        foreach (var row in Read(shards, null, stopping))
        {
            missing.Remove(row.Id);
            (wanted.Contains(row.Id) ? labelled : others).Add(row.Number);
        }
        return missing.Count > 0
            ? throw new DataException($"{missing.Count} of {wanted.Count} labelled ids stand in no shard of the pool, such as {missing.Min(StringComparer.Ordinal)}: name the shards that the labels are of, or take these ids out of the label file")
            : others.Count == 0
                ? throw new DataException("every row of the pool is labelled already, expected others to compare with them: name more shards")
                : [new SplitMembers(AuditedSplit.Labelled, [.. labelled]), new SplitMembers(Unlabelled, [.. others])];
    }

    private static IEnumerable<(string Id, string? Value, Shard Shard, long Place, int Number)> Read(ShardSet shards, string? column, CancellationToken stopping)
    {
        var schema = new RowSchema([], LabelColumn: column);
        var batch = new RowBatch(schema, 2048);
        var number = 0;
        foreach (var shard in shards)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    yield return (batch.Ids[row], batch.Labels[row], shard, batch.FirstRow + row, checked(number++));
                }
            }
        }
    }
}

/// <summary>A row that could not be compared.</summary>
/// <param name="Split">"" where it belongs to none.</param>
/// <param name="Row">Its place in the shard, from 0.</param>
internal sealed record RejectedRow(string Id, string Split, string Shard, long Row, string Reason);
