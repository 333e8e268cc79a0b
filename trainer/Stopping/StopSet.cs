using ParquetPool.Engine;
using ParquetPool.ShardRows;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Stopping;

/// <summary>Rows of the pool on which the predictions of two rounds are compared: those that come first by <see cref="Holdout.Place"/>.</summary>
/// <remarks>Their ids alone choose them, so every round has the same, and a labelled one is held out, not learnt from. Memory: at most 64 MiB.</remarks>
internal sealed class StopSet(IReadOnlyList<VectorColumn> columns)
{
    private const int Rows = 5000; // Bloodgood and Vijay-Shanker (2009) take 2,000.
    private const long MostBytes = 64 << 20;

    private readonly int most = (int)Math.Clamp(MostBytes / (sizeof(float) * columns.Sum(c => (long)c.Width)), 1, Rows);

    // The last by place comes out first.
    private readonly PriorityQueue<float[], (double Place, string Id)> kept = new(Comparer<(double Place, string Id)>.Create((a, b) =>
        a.Place != b.Place ? b.Place.CompareTo(a.Place) : string.CompareOrdinal(b.Id, a.Id)));

    /// <summary>Looks at the rows of a batch.</summary>
    public void Take(RowBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            var (id, place) = (batch.Ids[row], Holdout.Place(batch.Ids[row]));
            if (batch.Faults[row] != RowFaults.None || (kept.Count == most && kept.TryPeek(out _, out var last) && place > last.Place))
            {
                continue;
            }
            kept.Enqueue(LabelledRowReader.Join(batch, row), (place, id));
            if (kept.Count > most)
            {
                kept.Dequeue();
            }
        }
    }

    /// <summary>The rows, ordered by id, without classes.</summary>
    public IReadOnlyList<LabelledRow> ToRows() =>
        [.. kept.UnorderedItems.Select(r => new LabelledRow(r.Priority.Id, r.Element, -1)).OrderBy(r => r.Id, StringComparer.Ordinal)];
}
