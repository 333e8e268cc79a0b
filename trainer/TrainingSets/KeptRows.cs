namespace ParquetPool.Trainer.TrainingSets;

/// <summary>The rows with the least places among all that are offered; of equal places the lesser id's.</summary>
/// <param name="most">Rows that are kept.</param>
internal sealed class KeptRows<T>(int most)
{
    private readonly PriorityQueue<T, (double Place, string Id)> kept = new(Comparer<(double, string)>.Create(Backwards));

    /// <param name="place">Depends on the id alone.</param>
    /// <param name="row">Called where the row is kept for now.</param>
    public void Offer(double place, string id, Func<T> row)
    {
        var key = (place, id);
        if (kept.Count < most)
        {
            kept.Enqueue(row(), key);
        }
        else if (kept.TryPeek(out _, out var last) && Backwards(key, last) > 0)
        {
            kept.EnqueueDequeue(row(), key);
        }
    }

    /// <summary>What is kept, in the order of places and ids.</summary>
    /// <param name="twice">Told of ids that stand more than once among them.</param>
    public List<(double Place, string Id, T Row)> InOrder(RowExamples twice)
    {
        var rows = kept.UnorderedItems.Select(r => (r.Priority.Place, r.Priority.Id, r.Element)).ToList();
        rows.Sort((a, b) => Backwards((b.Place, b.Id), (a.Place, a.Id)));
        foreach (var (first, _) in rows.Zip(rows.Skip(1)).Where(pair => pair.First.Id == pair.Second.Id))
        {
            twice.Add($"'{first.Id}'");
        }
        return rows;
    }

    private static int Backwards((double Place, string Id) a, (double Place, string Id) b) =>
        a.Place != b.Place ? b.Place.CompareTo(a.Place) : string.CompareOrdinal(b.Id, a.Id);
}
