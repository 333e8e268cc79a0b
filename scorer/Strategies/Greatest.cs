namespace ParquetPool.Scorer.Strategies;

/// <summary>The greatest of the open rows.</summary>
internal static class Greatest
{
    /// <summary>The first open row with the greatest value; -1 where none is open.</summary>
    public static int Of(ReadOnlySpan<double> values, ReadOnlySpan<bool> open)
    {
        var best = -1;
        for (var row = 0; row < values.Length; row++)
        {
            if (open[row] && (best < 0 || values[row] > values[best]))
            {
                best = row;
            }
        }
        return best;
    }
}
