using System.Collections.Concurrent;
using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.ShardRows;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Pairs;

/// <summary>One split: its rows' places, and of every row what outlives its vector: id, label, fingerprint, or why it was rejected.</summary>
/// <remarks>
/// A row's number counts the rows of the split in the order of its shards. About 100 bytes a row are held. Rows are entered by one
/// thread at a time; rejects may come from any.
/// </remarks>
internal sealed class AuditSplit
{
    /// <summary>Why a row of zeros is left out, unless another has the same bytes.</summary>
    public const string ZeroVector = "zero vector";

    private readonly ConcurrentDictionary<int, string> rejects = [];
    private readonly Dictionary<string, int> seen = [];
    private readonly Dictionary<string, string> labelNames = [];
    private readonly long[] shardStarts;
    private readonly int[]? members;
    private readonly IReadOnlyDictionary<string, string>? knownLabels;
    private readonly string[] ids;
    private readonly string?[] labels;
    private readonly UInt128[] fingerprints;
    private int entered;

    /// <param name="members">The rows of the shards that belong to the split, counted through all of them, ascending; null for all.</param>
    /// <param name="knownLabels">Labels by id, which count more than those of the shards; null for none.</param>
    /// <exception cref="DataException">A shard cannot be read, or there are more rows than one audit takes.</exception>
    public AuditSplit(string name, ShardSet shards, RowSchema schema, int[]? members = null, IReadOnlyDictionary<string, string>? knownLabels = null)
    {
        (Name, Shards, Schema, this.members, this.knownLabels) = (name, shards, schema, members, knownLabels);
        var counts = shards.RowCounts();
        shardStarts = [.. counts.Select((_, shard) => counts.Take(shard).Sum())];
        if (counts.Sum() is var all && all > Array.MaxLength)
        {
            throw new DataException($"the shards of the {name} split have {all} rows, an audit takes at most {Array.MaxLength}: audit them in parts");
        }
        var rows = members?.Length ?? (int)counts.Sum();
        ids = new string[rows];
        labels = new string?[rows];
        fingerprints = new UInt128[rows];
    }

    public string Name { get; }

    public ShardSet Shards { get; }

    public RowSchema Schema { get; }

    public int Rows => ids.Length;

    /// <summary>The rows of the shards that belong to the split; null for all.</summary>
    public ReadOnlyMemory<int>? Members => members;

    /// <summary>Rows that cannot be compared and why, in order.</summary>
    public IReadOnlyList<(int Row, string Reason)> Rejects => [.. rejects.Select(r => (r.Key, r.Value)).OrderBy(r => r.Key)];

    public string IdOf(int row) => ids[row];

    public string? LabelOf(int row) => labels[row];

    public bool IsRejected(int row) => rejects.ContainsKey(row);

    /// <summary>The shard of a row and its place there, from 0.</summary>
    public (Shard Shard, long Row) PlaceOf(int row)
    {
        long place = members is null ? row : members[row];
        var found = Array.BinarySearch(shardStarts, place);
        // Of shards that start at the same row all but the last are empty.
        var shard = found >= 0 ? Array.LastIndexOf(shardStarts, place) : ~found - 1;
        return (Shards[shard], place - shardStarts[shard]);
    }

    /// <summary>The number of a row of a shard; null where it belongs to another split.</summary>
    public int? RowAt(int shard, long row)
    {
        var place = (int)(shardStarts[shard] + row);
        return members is null ? place : Array.BinarySearch(members, place) is >= 0 and var member ? member : null;
    }

    /// <summary>The number of a shard's first row, where all rows belong to the split; of the shard behind the last, their count.</summary>
    public int FirstRowOf(int shard) => shard < shardStarts.Length ? (int)shardStarts[shard] : Rows;

    /// <summary>128 bits of a hash of the row's feature bytes.</summary>
    public ref UInt128 FingerprintOf(int row) => ref fingerprints[row];

    /// <summary>Enters a row as it was read, unless an earlier pass has; a row at fault or with an id seen before is rejected. Rows come in order.</summary>
    public void Enter(int row, RowBatch batch, int index)
    {
        if (row < entered)
        {
            return;
        }
        entered++;
        ids[row] = batch.Ids[index];
        labels[row] = NameOf(knownLabels?.GetValueOrDefault(batch.Ids[index]) ?? batch.Labels[index]);
        if (IsRejected(row))
        {
            return; // By an earlier audit that saved its index.
        }
        if (batch.Faults[index] != RowFaults.None)
        {
            Reject(row, RowFaultText.Of(batch.Faults[index]));
        }
        else if (!seen.TryAdd(batch.Ids[index], row))
        {
            var place = PlaceOf(seen[batch.Ids[index]]);
            Reject(row, $"id stands already in {place.Shard.Name}, row {place.Row}");
        }
    }

    /// <summary>Leaves a row out of the audit.</summary>
    public void Reject(int row, string reason) => rejects.TryAdd(row, reason);

    /// <summary>Takes a row into the audit that was left out.</summary>
    public void Accept(int row) => rejects.TryRemove(row, out _);

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
}
