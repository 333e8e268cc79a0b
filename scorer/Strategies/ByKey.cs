namespace ParquetPool.Scorer.Strategies;

/// <summary>The highest key first, ties to the earlier row: <c>top</c>, <c>random</c>, <c>power</c>, <c>rare</c> and <c>epig</c> differ in their keys only.</summary>
internal sealed class ByKey : IStrategy
{
    private readonly double[] values;
    private readonly int[] order;
    private int next;

    /// <param name="keys">[row].</param>
    /// <param name="values">[row]: what a row is said to have been chosen for; null for the keys.</param>
    public ByKey(double[] keys, double[]? values = null)
    {
        this.values = values ?? keys;
        order = [.. Enumerable.Range(0, keys.Length).OrderByDescending(i => keys[i])];
    }

    /// <inheritdoc/>
    public Choice? Next(ReadOnlySpan<bool> open)
    {
        for (; next < order.Length; next++)
        {
            if (open[order[next]])
            {
                return new Choice(order[next], values[order[next]]);
            }
        }
        return null;
    }
}
