namespace ParquetPool.Scorer.Strategies;

/// <summary>The highest key first, ties to the earlier row: <c>top</c>, <c>random</c> and <c>power</c> differ in their keys only.</summary>
internal sealed class ByKey : IStrategy
{
    private readonly double[] keys;
    private readonly int[] order;
    private int next;

    /// <param name="keys">[row].</param>
    public ByKey(double[] keys)
    {
        this.keys = keys;
        order = [.. Enumerable.Range(0, keys.Length).OrderByDescending(i => keys[i])];
    }

    /// <inheritdoc/>
    public Choice? Next(ReadOnlySpan<bool> open)
    {
        for (; next < order.Length; next++)
        {
            if (open[order[next]])
            {
                return new Choice(order[next], keys[order[next]]);
            }
        }
        return null;
    }
}
