namespace ParquetPool.Scorer.Programs;

/// <summary>Gives out places for unit vectors, lowest first, and takes them back when nothing reads them any more: a small arena stays in the cache.</summary>
internal sealed class Places
{
    private readonly List<(int Start, int Count)> taken; // by start

    /// <param name="reserved">The first places, which are never given out.</param>
    public Places(int reserved) => (taken, End) = ([(0, reserved)], reserved);

    /// <summary>One more than the highest place ever taken.</summary>
    public int End { get; private set; }

    /// <summary>The start of <paramref name="count"/> places in a row.</summary>
    public int Take(int count)
    {
        var index = 1;
        while (index < taken.Count && taken[index].Start - EndOf(index - 1) < count)
        {
            index++;
        }
        var start = EndOf(index - 1);
        taken.Insert(index, (start, count));
        End = Math.Max(End, start + count);
        return start;
    }

    /// <summary>Takes back all places but the reserved ones and those in <paramref name="needed"/>.</summary>
    public void KeepOnly(IReadOnlySet<int> needed) => taken.RemoveAll(t => t.Start > 0 && !Enumerable.Range(t.Start, t.Count).Any(needed.Contains));

    private int EndOf(int index) => taken[index].Start + taken[index].Count;
}
