namespace ParquetPool.Statistics;

/// <summary>How far two scores put the same rows in the same order: Spearman (1904).</summary>
public static class RankCorrelation
{
    /// <summary>From -1 to 1; ties share their mean rank. NaN where a score is the same for all rows.</summary>
    /// <param name="first">[row].</param>
    /// <param name="second">[row].</param>
    public static double Spearman(double[] first, double[] second) => OfRanks(Ranks(first), Ranks(second));

    /// <summary>Each value's place in ascending order, from 0; ties share their mean; NaN is the least of all.</summary>
    public static double[] Ranks(double[] values)
    {
        var (sorted, order) = ((double[])values.Clone(), Enumerable.Range(0, values.Length).ToArray());
        Array.Sort(sorted, order);
        var ranks = new double[values.Length];
        for (var (first, end) = (0, 0); first < sorted.Length; first = end)
        {
            while (end < sorted.Length && sorted[end].Equals(sorted[first]))
            {
                end++;
            }
            foreach (var row in order.AsSpan(first..end))
            {
                ranks[row] = (first + end - 1) / 2.0;
            }
        }
        return ranks;
    }

    /// <summary>The correlation of two rankings of the same values.</summary>
    public static double OfRanks(double[] a, double[] b)
    {
        var mean = (a.Length - 1) / 2.0;
        var (products, squaresA, squaresB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            products += (a[i] - mean) * (b[i] - mean);
            squaresA += (a[i] - mean) * (a[i] - mean);
            squaresB += (b[i] - mean) * (b[i] - mean);
        }
        return products / Math.Sqrt(squaresA * squaresB);
    }
}
