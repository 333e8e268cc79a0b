namespace ParquetPool.Scorer.Selection;

/// <summary>The rows with the highest keys of a stream, ties to the smaller id: at most <paramref name="capacity"/> are held.</summary>
internal sealed class BestRows(int capacity)
{
    private readonly PriorityQueue<Candidate, (double Key, string Id)> worstFirst = new(Comparer<(double Key, string Id)>.Create(Compare));

    /// <summary>The rows held, in no order.</summary>
    public IEnumerable<Candidate> Rows => worstFirst.UnorderedItems.Select(i => i.Element);

    /// <summary>Offers a row.</summary>
    public void Offer(Candidate row, double key)
    {
        if (worstFirst.Count < capacity)
        {
            worstFirst.Enqueue(row, (key, row.Id));
        }
        else if (capacity > 0)
        {
            worstFirst.EnqueueDequeue(row, (key, row.Id));
        }
    }

    /// <summary>The order of rows: the worse is the smaller.</summary>
    private static int Compare((double Key, string Id) a, (double Key, string Id) b) =>
        a.Key.CompareTo(b.Key) is not 0 and var order ? order : string.CompareOrdinal(b.Id, a.Id);
}
