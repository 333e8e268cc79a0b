using ParquetPool.Scorer.Findings;

namespace ParquetPool.Scorer.Purging;

/// <summary>The rows of leaks, those that are byte-identical in one group. To be the same is passed on from pair to pair, to be similar is not.</summary>
internal sealed class CopyGroups
{
    private readonly Dictionary<ListedRow, ListedRow> parents = [];
    private readonly Dictionary<ListedRow, Leak> exact = [];

    public CopyGroups(IReadOnlyList<Leak> leaks)
    {
        foreach (var leak in leaks)
        {
            parents.TryAdd(leak.Pair.Test, leak.Pair.Test);
            parents.TryAdd(leak.Pair.Other, leak.Pair.Other);
            if (leak.Pair.Exact)
            {
                parents[Of(leak.Pair.Test)] = Of(leak.Pair.Other);
                exact.TryAdd(leak.Pair.Test, leak);
                exact.TryAdd(leak.Pair.Other, leak);
            }
        }
    }

    public IEnumerable<ListedRow> Rows => parents.Keys;

    /// <summary>The row that stands for the group of a row.</summary>
    public ListedRow Of(ListedRow row)
    {
        while (parents[row] is var parent && parent != row)
        {
            parents[row] = parents[parent];
            row = parent;
        }
        return row;
    }

    /// <summary>The pair that makes a row one of several copies.</summary>
    public Leak LeakOf(ListedRow row) => exact[row];
}
