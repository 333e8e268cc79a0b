using System.Collections.Concurrent;
using ParquetPool.Commands;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Audits;

/// <summary>One split: its shards, and of every row what outlives its vector: id, label, fingerprint, or why it was rejected.</summary>
/// <remarks>
/// A row's number counts the rows of the split in the order of its shards. About 100 bytes a row are held. Rows are entered by one
/// thread at a time; rejects may come from any.
/// </remarks>
internal sealed class AuditSplit
{
    private readonly ConcurrentDictionary<int, string> rejects = [];
    private readonly Dictionary<string, int> seen = [];
    private readonly Dictionary<string, string> labelNames = [];
    private readonly List<int> shardStarts = [];
    private readonly string[] ids;
    private readonly string?[] labels;
    private readonly UInt128[] fingerprints;
    private int entered;

    /// <param name="name"><c>train</c> or <c>test</c>.</param>
    /// <exception cref="DataException">A shard cannot be read, or there are more rows than one audit takes.</exception>
    public AuditSplit(string name, ShardSet shards, RowSchema schema)
    {
        (Name, Shards, Schema) = (name, shards, schema);
        var rows = shards.CountRows();
        if (rows > Array.MaxLength)
        {
            throw new DataException($"the {name} split has {rows} rows, an audit takes at most {Array.MaxLength}: audit it in parts");
        }
        ids = new string[rows];
        labels = new string?[rows];
        fingerprints = new UInt128[rows];
    }

    public string Name { get; }

    public ShardSet Shards { get; }

    public RowSchema Schema { get; }

    public int Rows => ids.Length;

    /// <summary>Rows that cannot be compared and why, in order.</summary>
    public IReadOnlyList<(int Row, string Reason)> Rejects => [.. rejects.Select(r => (r.Key, r.Value)).OrderBy(r => r.Key)];

    public string IdOf(int row) => ids[row];

    public string? LabelOf(int row) => labels[row];

    public bool IsRejected(int row) => rejects.ContainsKey(row);

    /// <summary>The shard of a row and its place there, from 0.</summary>
    public (Shard Shard, long Row) PlaceOf(int row)
    {
        var found = shardStarts.BinarySearch(row);
        var shard = found >= 0 ? shardStarts.LastIndexOf(row) : ~found - 1;
        return (Shards[shard], row - shardStarts[shard]);
    }

    /// <summary>128 bits of a hash of the row's feature bytes.</summary>
    public ref UInt128 FingerprintOf(int row) => ref fingerprints[row];

    /// <summary>Enters the rows of a batch, unless an earlier pass has; rows at fault and ids seen before are rejected.</summary>
    /// <param name="shard">The place of the batch's shard among <see cref="Shards"/>; shards come in order.</param>
    /// <returns>The number of the batch's first row.</returns>
    public int Enter(RowBatch batch, int shard)
    {
        while (shardStarts.Count <= shard)
        {
            shardStarts.Add(entered);
        }
        var first = shardStarts[shard] + (int)batch.FirstRow;
        for (; entered < first + batch.Count; entered++)
        {
            var i = entered - first;
            ids[entered] = batch.Ids[i];
            labels[entered] = NameOf(batch.Labels[i]);
            if (batch.Faults[i] != RowFaults.None)
            {
                Reject(entered, Reason(batch.Faults[i]));
            }
            else if (!seen.TryAdd(batch.Ids[i], entered))
            {
                var place = PlaceOf(seen[batch.Ids[i]]);
                Reject(entered, $"id stands already in {place.Shard.Name}, row {place.Row}");
            }
        }
        return first;
    }

    /// <summary>Leaves a row out of the audit.</summary>
    public void Reject(int row, string reason) => rejects.TryAdd(row, reason);

    // Few labels, many rows: one string each.
    private string? NameOf(string? label)
    {
        if (label is null)
        {
            return null;
        }
        labelNames.TryAdd(label, label);
        return labelNames[label];
    }

    private static string Reason(RowFaults faults) =>
        faults.HasFlag(RowFaults.NullId) ? "id is null"
        : faults.HasFlag(RowFaults.NullVector) ? "vector is null"
        : faults.HasFlag(RowFaults.WrongWidth) ? "vector has another width"
        : "vector holds NaN or infinity";
}
