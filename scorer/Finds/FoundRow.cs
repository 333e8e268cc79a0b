using System.Text.Json.Serialization;

namespace ParquetPool.Scorer.Finds;

/// <summary>A row that is near.</summary>
/// <param name="Similarity">The cosine or, where it is more, what the overlap of the two pictures says; in [-1, 1].</param>
/// <param name="Row">Its place in the shard, from 0.</param>
internal sealed record FoundRow(string Id, double Similarity, string Shard, long Row)
{
    /// <summary>How the picture that is looked for, the first, and the row's lie on each other; null where they do not plainly, or there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Overlap { get; init; }

    /// <summary>The columns of the row that people can read, its id left out, by name.</summary>
    public IReadOnlyDictionary<string, string?> Columns { get; init; } = new Dictionary<string, string?>();

    /// <summary>The one order of found rows: more similar first, then the smaller id in ordinal order, then by shard and place.</summary>
    internal bool Precedes(FoundRow other) =>
        Similarity != other.Similarity ? Similarity > other.Similarity
        : string.CompareOrdinal(Id, other.Id) is var ids && ids != 0 ? ids < 0
        : string.CompareOrdinal(Shard, other.Shard) is var shards && shards != 0 ? shards < 0
        : Row < other.Row;
}

/// <summary>The nearest rows met so far, nearest first.</summary>
internal sealed class NearestRows(int top)
{
    private readonly List<FoundRow> rows = [];

    public IReadOnlyList<FoundRow> Rows => rows;

    /// <summary>Below it no row enters.</summary>
    public double Entry => rows.Count < top ? double.NegativeInfinity : rows[^1].Similarity;

    public void Offer(FoundRow row)
    {
        var place = rows.FindIndex(row.Precedes);
        if (place < 0 && rows.Count == top)
        {
            return;
        }
        rows.Insert(place < 0 ? rows.Count : place, row);
        if (rows.Count > top)
        {
            rows.RemoveAt(top);
        }
    }
}
