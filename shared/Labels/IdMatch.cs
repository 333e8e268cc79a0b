using ParquetPool.Engine;
using ParquetPool.Exports;
using ParquetPool.ShardRows;
using ParquetPool.Shards;
using ParquetPool.Texts;

namespace ParquetPool.Labels;

/// <summary>Which row of a pool each label is for, and of which files that cannot be told.</summary>
/// <remarks>
/// An id is a row's that is spelled so, else the only one that <see cref="LabelText.Id"/> spells alike. Ids that a spreadsheet rounded, or that are another
/// tool's own, may be a row's by accident: a file of them is not used at all; see <see cref="IdSuspicion"/>. One pass over the pool's ids; memory
/// grows with the labels.
/// </remarks>
public sealed class IdMatch
{
    private readonly HashSet<string> found = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> alike = new(StringComparer.Ordinal); // By LabelText.Id; null where several rows are alike.

    /// <summary>By file: why none of its labels is used.</summary>
    public IReadOnlyDictionary<string, string> Faults { get; private set; } = new Dictionary<string, string>();

    /// <summary>What a reader should know of files whose ids may be another tool's own and all the same fit.</summary>
    public IReadOnlyList<string> Doubts { get; private set; } = [];

    /// <summary>An id of the pool; empty where it has no rows.</summary>
    public string Example { get; private set; } = "";

    /// <summary>Looks the labels' ids up in the pool.</summary>
    /// <exception cref="Errors.DataException">A shard cannot be read.</exception>
    public static IdMatch Of(ShardSet pool, IReadOnlyCollection<GivenLabel> labels, CancellationToken stopping)
    {
        var match = new IdMatch();
        var wanted = labels.Select(l => l.Entry.Id).ToHashSet(StringComparer.Ordinal);
        var keys = wanted.Select(LabelText.Id).ToHashSet(StringComparer.Ordinal);
        var suspicion = new IdSuspicion(labels);
        foreach (var (id, shard, row) in Ids(pool, stopping))
        {
            match.Example = match.Example.Length == 0 ? id : match.Example;
            suspicion.See(id);
            var key = LabelText.Id(id);
            if (keys.Contains(key))
            {
                match.alike[key] = match.alike.TryGetValue(key, out var other) && other != id ? null : id;
                suspicion.Place(key, shard, row);
            }
            if (wanted.Contains(id))
            {
                match.found.Add(id);
            }
        }
        match.Faults = suspicion.Faults(match);
        match.Doubts = [.. suspicion.Doubts(match)];
        return match;
    }

    /// <summary>The id of the label's row; null where the pool has none.</summary>
    public string? RowOf(string id) => found.Contains(id) ? id : alike.GetValueOrDefault(LabelText.Id(id));

    private static IEnumerable<(string Id, Shard Shard, long Row)> Ids(ShardSet pool, CancellationToken stopping)
    {
        var schema = new RowSchema([]);
        var batch = new RowBatch(schema, 2048);
        foreach (var shard in pool)
        {
            using var reader = new ShardReader(shard, schema);
            while (reader.Read(batch, stopping))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    if (batch.Ids[row].Length > 0)
                    {
                        yield return (batch.Ids[row], shard, batch.FirstRow + row);
                    }
                }
            }
        }
    }
}
