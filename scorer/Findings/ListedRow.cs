namespace ParquetPool.Scorer.Findings;

/// <summary>A row of a listed pair.</summary>
/// <param name="Split"><c>train</c>, <c>test</c>, or what else splits are called.</param>
/// <param name="Row">Its place in the shard, from 0.</param>
internal sealed record ListedRow(string Split, string Id, string? Label, string Shard, long Row) : IComparable<ListedRow>
{
    /// <summary>By split, shard and row: the order in which the splits are read.</summary>
    public int CompareTo(ListedRow? other)
    {
        if (other is null)
        {
            return 1;
        }
        var order = string.CompareOrdinal(Split, other.Split);
        order = order != 0 ? order : string.CompareOrdinal(Shard, other.Shard);
        return order != 0 ? order : Row.CompareTo(other.Row);
    }
}
