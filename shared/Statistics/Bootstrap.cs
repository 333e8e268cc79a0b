using ParquetPool.Randomness;

namespace ParquetPool.Statistics;

/// <summary>The uncertainty of a difference of two accuracies on splits that share rows.</summary>
/// <remarks>Efron, "Bootstrap methods" (1979), percentile interval. Paired: a row that is drawn counts in both splits if it stands in both.</remarks>
public static class Bootstrap
{
    /// <summary>The middle 95 % of accuracy(clean) − accuracy(test).</summary>
    /// <param name="counts">Rows by [in test][in clean][right], index 4 · test + 2 · clean + right: rows that fall alike are drawn alike.</param>
    /// <returns>Null where a split has no rows.</returns>
    public static Interval? Difference(IReadOnlyList<long> counts, ulong seed, int resamples)
    {
        if (Difference(counts) is null)
        {
            return null;
        }
        var kinds = new byte[counts.Sum()];
        var filled = 0;
        for (var kind = 0; kind < counts.Count; kind++)
        {
            kinds.AsSpan(filled, (int)counts[kind]).Fill((byte)kind);
            filled += (int)counts[kind];
        }
        var differences = new List<double>(resamples);
        for (var resample = 0; resample < resamples; resample++)
        {
            var random = new PhiloxStream(seed, Purpose.AccuracyResamples, (uint)resample);
            var drawn = new long[counts.Count];
            for (var row = 0; row < kinds.Length; row++)
            {
                drawn[kinds[random.Below(kinds.Length)]]++;
            }
            if (Difference(drawn) is { } difference)
            {
                differences.Add(difference);
            }
        }
        return Interval.MiddleOf(differences);
    }

    /// <summary>accuracy(clean) − accuracy(test); null where a split has no rows.</summary>
    public static double? Difference(IReadOnlyList<long> counts) => In(counts, 2).Share - In(counts, 4).Share;

    /// <summary>The accuracy on the rows whose kind has the bit: 4 of the test split, 2 of the clean one.</summary>
    public static Accuracy In(IReadOnlyList<long> counts, int bit)
    {
        var kinds = Enumerable.Range(0, counts.Count).Where(kind => (kind & bit) != 0).ToList();
        return Accuracy.Of(kinds.Sum(kind => counts[kind]), kinds.Where(kind => (kind & 1) != 0).Sum(kind => counts[kind]));
    }
}

/// <summary>Rows, those predicted right with dropout off, and their share; null of no rows.</summary>
public sealed record Accuracy(long Rows, long Right, double? Share)
{
    /// <summary>Of so many rows so many right.</summary>
    public static Accuracy Of(long rows, long right) => new(rows, right, rows > 0 ? (double)right / rows : null);
}
