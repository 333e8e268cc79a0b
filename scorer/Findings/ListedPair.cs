namespace ParquetPool.Scorer.Findings;

/// <summary>A pair as <c>pairs.parquet</c> lists it.</summary>
/// <param name="Test">The row that was the query, whatever its split is called.</param>
/// <param name="Other">A row of the split it was compared with, such as a training row, or another one of its own.</param>
/// <param name="Similarity">The cosine or, where it is more, what the pictures' overlap says.</param>
/// <param name="Exact">The rows are byte-identical.</param>
internal sealed record ListedPair(ListedRow Test, ListedRow Other, double Similarity, bool Exact)
{
    /// <summary>How the two pictures lie on each other, in words; null where they do not plainly, or were not laid over each other.</summary>
    public string? Overlap { get; init; }

    /// <summary>As the column <c>kind</c> says it, such as <c>test-train</c>.</summary>
    public string Kind => $"{Test.Split}-{Other.Split}";

    /// <summary>Whether both rows are of one split.</summary>
    public bool Inside => Test.Split == Other.Split;

    /// <summary>How the rows of the two lists of ciFAIR are apart: Euclidean, between vectors of length 1. √(2 − 2 · cosine), 0 to 2.</summary>
    public double Distance => Math.Sqrt(Math.Max(0, 2 - (2 * Similarity)));

    /// <summary>What a judgement names: the kind and the two ids.</summary>
    public (string Kind, string TestId, string OtherId) Key => (Kind, Test.Id, Other.Id);
}

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
