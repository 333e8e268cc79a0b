using ParquetPool.Errors;

namespace ParquetPool.Trainer.Import;

/// <summary>A series of shards a split, in one folder, which appear together.</summary>
internal sealed class SeriesOfSplits(Func<string, StagedShards> create) : IDisposable
{
    private readonly SortedDictionary<string, StagedShards> series = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Run>> runs = new(StringComparer.Ordinal);

    /// <summary>Shards of all splits.</summary>
    public int Count => series.Values.Sum(split => split.Count);

    public IReadOnlyCollection<string> Splits => series.Keys;

    /// <summary>The shards of a split, with room for a row at least.</summary>
    /// <exception cref="UsageException">Shards of the name are there and may not be replaced.</exception>
    public StagedShards WithRoom(string split)
    {
        Require(split).MakeRoom();
        return series[split];
    }

    /// <summary>The shards of a split, which has none yet where it is new.</summary>
    /// <exception cref="UsageException">Shards of the name are there and may not be replaced.</exception>
    public StagedShards Require(string split) => series.TryGetValue(split, out var known) ? known : series[split] = create(split);

    /// <summary>Remembers where rows came from that are written to a split's shards next.</summary>
    /// <param name="row">The first of them among the split's.</param>
    /// <param name="source">The same among all.</param>
    public void Note(string split, long row, long source)
    {
        var known = runs.TryGetValue(split, out var list) ? list : runs[split] = [];
        if (known.Count == 0 || row - known[^1].Row != source - known[^1].Source)
        {
            known.Add(new(row, source));
        }
    }

    /// <summary>Looks whether every id stands once, in whichever split.</summary>
    /// <param name="place">What a row is called, from 0 on among all.</param>
    /// <exception cref="DataException">One stands twice.</exception>
    public void RequireUniqueIds(Func<long, string> place)
    {
        if (StagedShards.Twice(series) is var (id, one, other))
        {
            var (first, second) = (SourceOf(one.Split, one.Row), SourceOf(other.Split, other.Row));
            throw new DataException($"id {id} stands twice, in {place(Math.Min(first, second))} and in {place(Math.Max(first, second))}, expected each once: mend the ids, or import into different folders what has the same");
        }
    }

    /// <summary>Gives the shards their names; those of an earlier import that are not replaced go.</summary>
    public void Publish() => StagedShards.Publish(series.Values);

    public void Dispose()
    {
        foreach (var split in series.Values)
        {
            split.Dispose();
        }
    }

    private long SourceOf(string split, long row)
    {
        var run = runs[split].Last(run => run.Row <= row);
        return run.Source + row - run.Row;
    }

    private readonly record struct Run(long Row, long Source);
}
