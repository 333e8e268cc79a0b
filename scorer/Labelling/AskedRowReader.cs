using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Labelling;

/// <summary>Reads asked rows as they stand in the shards.</summary>
/// <param name="vector">A vector column to read too; null for none.</param>
/// <param name="textLength">Characters of a text beyond which it is cut.</param>
internal sealed class AskedRowReader(ShardSet shards, VectorColumn? vector, int textLength)
{
    private readonly Dictionary<string, Shard> byName = shards.ToDictionary(shard => shard.Name);

    /// <summary>The rows, in their order; all are held.</summary>
    /// <exception cref="DataException">A row does not stand where it stood.</exception>
    public IEnumerable<ShownRow> Read(IReadOnlyList<AskedRow> rows)
    {
        var found = new Dictionary<(string, long), ShownRow>();
        foreach (var group in rows.GroupBy(row => row.Shard))
        {
            var shard = byName.GetValueOrDefault(group.Key) ?? throw new DataException($"the pool has no shard {group.Key}, expected that of row {group.First().Id}: give the pool that was scored");
            foreach (var row in ShownRows.Read(shard, group.Select(asked => asked.Row).Order(), vector, textLength))
            {
                found[(group.Key, row.Row)] = row;
            }
        }
        return rows.Select(asked => found.GetValueOrDefault((asked.Shard, asked.Row)) is { } row && row.Id == asked.Id
            ? row
            : throw new DataException($"row {asked.Row} of shard {asked.Shard} is not {asked.Id}, expected the pool that was scored: score it again, give the right one, or name the column that names its rows with --id as for scoring"));
    }
}
