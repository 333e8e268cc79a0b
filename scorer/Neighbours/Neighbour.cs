namespace ParquetPool.Scorer.Neighbours;

/// <summary>A corpus row near a query row.</summary>
/// <param name="Row">The row's number in its split.</param>
/// <param name="Id">The row's id.</param>
/// <param name="Similarity">Cosine in [-1, 1], double precision.</param>
/// <param name="Fingerprint">Equal for corpus rows with the same bytes.</param>
/// <param name="Exact">Its feature row has the same bytes as the query row's.</param>
internal readonly record struct Neighbour(int Row, string Id, double Similarity, UInt128 Fingerprint, bool Exact)
{
    /// <summary>
    /// The one order of neighbours: more similar first; among equals the exact copy, so that a parallel vector never hides it; then
    /// the smaller id in ordinal order, then the earlier row.
    /// </summary>
    public bool Precedes(in Neighbour other) => Similarity != other.Similarity ? Similarity > other.Similarity : PrecedesAmongEquals(other);

    private bool PrecedesAmongEquals(in Neighbour other)
    {
        if (Exact != other.Exact)
        {
            return Exact;
        }
        var order = string.CompareOrdinal(Id, other.Id);
        return order != 0 ? order < 0 : Row < other.Row;
    }
}
