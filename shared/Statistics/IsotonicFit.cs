namespace ParquetPool.Statistics;

/// <summary>The non-decreasing sequence nearest to a given one in weighted squares, by pooling adjacent violators.</summary>
/// <remarks>Barlow, Bartholomew, Bremner and Brunk, Statistical inference under order restrictions (1972).</remarks>
public static class IsotonicFit
{
    /// <summary>Fits.</summary>
    /// <param name="values">[place]</param>
    /// <param name="weights">[place], above 0.</param>
    /// <returns>[place]</returns>
    public static double[] Of(IReadOnlyList<double> values, IReadOnlyList<double> weights)
    {
        var blocks = new Stack<(double Value, double Weight, int Count)>();
        for (var i = 0; i < values.Count; i++)
        {
            var block = (Value: values[i], Weight: weights[i], Count: 1);
            while (blocks.TryPeek(out var before) && before.Value >= block.Value)
            {
                blocks.Pop();
                var weight = before.Weight + block.Weight;
                block = (((before.Value * before.Weight) + (block.Value * block.Weight)) / weight, weight, before.Count + block.Count);
            }
            blocks.Push(block);
        }
        return [.. blocks.Reverse().SelectMany(block => Enumerable.Repeat(block.Value, block.Count))];
    }
}
