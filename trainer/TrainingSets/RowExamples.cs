using ParquetPool.Errors;

namespace ParquetPool.Trainer.TrainingSets;

/// <summary>Counts the rows that are wrong in one way and keeps the first few to name.</summary>
internal sealed class RowExamples
{
    private const int Named = 3;
    private readonly List<string> first = [];
    private long count;

    public void Add(string example)
    {
        count++;
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
            throw new DataException($"{count} {what}: {string.Join(", ", first)}{(count > Named ? ", ..." : "")}: {remedy}");
        }
    }
}
