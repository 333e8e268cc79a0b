namespace ParquetPool.Scorer.Comparisons;

/// <summary>Chooses pairs of rows one after another: always that of the highest value whose rows may still be asked about.</summary>
/// <remarks>
/// That is the greedy choice over all pairs, in an order that is total: value, then the rows' places. Held are the <see cref="MostHeld"/> best pairs; where these do not
/// suffice, the pairs behind them are looked at once more, without the rows that are asked about often enough. A pass takes all pairs' values.
/// </remarks>
internal static class PairChoice
{
    private const int MostHeld = 1 << 17;
    private const int RowsAtOnce = 64;

    /// <summary>Chooses.</summary>
    /// <param name="rows">Their number.</param>
    /// <param name="value">Of a pair of places, the smaller first; asked for from several threads.</param>
    /// <param name="top">The most pairs.</param>
    /// <param name="perRow">The most pairs of one row.</param>
    /// <param name="answered">Pairs that are not asked for, the smaller place first.</param>
    /// <param name="held">The most pairs that are held at a time.</param>
    /// <returns>Highest value first; fewer than <paramref name="top"/> where no more may be asked for.</returns>
    public static IReadOnlyList<ValuedPair> Of(int rows, Func<int, int, double> value, int top, int perRow, IReadOnlySet<(int, int)> answered, CancellationToken stopping, int held = MostHeld)
    {
        var (chosen, asked) = (new List<ValuedPair>(), new int[rows]);
        ValuedPair? last = null;
        while (chosen.Count < top)
        {
            var best = Best(rows, value, last, pair => asked[pair.First] < perRow && asked[pair.Second] < perRow && !answered.Contains((pair.First, pair.Second)), held, stopping);
            foreach (var pair in best)
            {
                if (chosen.Count < top && asked[pair.First] < perRow && asked[pair.Second] < perRow)
                {
                    chosen.Add(pair);
                    asked[pair.First]++;
                    asked[pair.Second]++;
                }
            }
            if (best.Length < held)
            {
                break;
            }
            last = best[^1];
        }
        return chosen;
    }

    /// <summary>The first pairs, in their order, behind <paramref name="last"/>.</summary>
    private static ValuedPair[] Best(int rows, Func<int, int, double> value, ValuedPair? last, Func<ValuedPair, bool> isOpen, int held, CancellationToken stopping)
    {
        var worstFirst = new PriorityQueue<ValuedPair, ValuedPair>(Comparer<ValuedPair>.Create((a, b) => b.CompareTo(a)));
        var values = new double[RowsAtOnce * rows];
        for (var start = 0; start < rows; start += RowsAtOnce)
        {
            stopping.ThrowIfCancellationRequested();
            var (from, end) = (start, Math.Min(rows, start + RowsAtOnce));
            Parallel.For(from, end, first =>
            {
                for (var second = first + 1; second < rows; second++)
                {
                    values[((first - from) * rows) + second] = value(first, second);
                }
            });
            for (var first = from; first < end; first++)
            {
                for (var second = first + 1; second < rows; second++)
                {
                    var pair = new ValuedPair(first, second, values[((first - from) * rows) + second]);
                    if ((worstFirst.Count == held && pair.CompareTo(worstFirst.Peek()) > 0) || last?.CompareTo(pair) >= 0 || !isOpen(pair))
                    {
                        continue;
                    }
                    if (worstFirst.Count < held)
                    {
                        worstFirst.Enqueue(pair, pair);
                    }
                    else
                    {
                        worstFirst.EnqueueDequeue(pair, pair);
                    }
                }
            }
        }
        ValuedPair[] best = [.. worstFirst.UnorderedItems.Select(item => item.Element)];
        Array.Sort(best);
        return best;
    }
}

/// <summary>Two rows by their places, the smaller first, and what a question about them is worth. The one that is worth more comes first.</summary>
internal readonly record struct ValuedPair(int First, int Second, double Value) : IComparable<ValuedPair>
{
    public int CompareTo(ValuedPair other) =>
        other.Value.CompareTo(Value) is not 0 and var byValue ? byValue
        : First.CompareTo(other.First) is not 0 and var byFirst ? byFirst
        : Second.CompareTo(other.Second);
}
