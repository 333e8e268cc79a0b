using ParquetPool.Errors;

namespace ParquetPool.Trainer.TrainingSets;

/// <summary>Counts the rows that are wrong in one way and keeps the first few to name.</summary>
internal sealed class RowExamples
{
    private const int Named = 3;
    private readonly List<string> first = [];
    private readonly SortedDictionary<string, long> reasons = new(StringComparer.Ordinal);
    private long count;

    /// <param name="reason">What is wrong with it, in words that others may share; empty where all are wrong alike.</param>
    public void Add(string example, string reason = "")
    {
        count++;
        reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
        if (first.Count < Named)
        {
            first.Add(example);
        }
    }

    /// <exception cref="DataException">There are any.</exception>
    public void ThrowIfAny(string what, string remedy)
    {
        if (count > 0)
        {
            var (reason, often) = reasons.MaxBy(r => r.Value);
            throw new DataException($"{count} {what}{(reason.Length == 0 ? "" : often == count ? $" ({reason})" : $" (most often, {often} times: {reason})")}: {string.Join(", ", first)}{(count > Named ? ", ..." : "")}: {remedy}");
        }
    }
}
