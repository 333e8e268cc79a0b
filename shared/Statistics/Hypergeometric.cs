namespace ParquetPool.Statistics;

/// <summary>Marked items among those drawn without putting back.</summary>
public static class Hypergeometric
{
    private const int Exact = 256;
    private static readonly double[] Small = LogFactorials();

    /// <summary>P(X ≤ <paramref name="found"/>), at most 1.</summary>
    /// <param name="total">Items.</param>
    /// <param name="marked">Marked ones of them.</param>
    /// <param name="drawn">Items drawn.</param>
    /// <param name="found">Marked ones of these, as many as there can be.</param>
    public static double AtMost(long total, long marked, long drawn, long found)
    {
        // Away from the mean the chances fall, so what is lost below the least number is nothing.
        return found <= (double)marked * drawn / total ? Below(total, marked, drawn, found) : 1 - Above(total, marked, drawn, found + 1);
    }

    /// <summary>P(X ≤ <paramref name="found"/>), of less than the mean.</summary>
    private static double Below(long total, long marked, long drawn, long found)
    {
        var term = ChanceOf(total, marked, drawn, found);
        var sum = term;
        for (var x = found; x > 0 && x > drawn + marked - total && term > 0; x--)
        {
            term *= (double)x * (total - marked - drawn + x) / ((double)(marked - x + 1) * (drawn - x + 1));
            sum += term;
        }
        return Math.Min(1, sum);
    }

    /// <summary>P(X ≥ <paramref name="found"/>), of more than the mean.</summary>
    private static double Above(long total, long marked, long drawn, long found)
    {
        var most = Math.Min(marked, drawn);
        var term = found > most ? 0 : ChanceOf(total, marked, drawn, found);
        var sum = term;
        for (var x = found; x < most && term > 0; x++)
        {
            term *= (double)(marked - x) * (drawn - x) / ((double)(x + 1) * (total - marked - drawn + x + 1));
            sum += term;
        }
        return Math.Min(1, sum);
    }

    private static double ChanceOf(long total, long marked, long drawn, long found) =>
        Math.Exp(LogChoose(marked, found) + LogChoose(total - marked, drawn - found) - LogChoose(total, drawn));

    private static double LogChoose(long n, long k) => LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);

    /// <summary>Beyond the table by Stirling's series, right to 1e-14.</summary>
    private static double LogFactorial(long n) =>
        n < Exact ? Small[n] : (((n + 0.5) * Math.Log(n)) - n) + (0.5 * Math.Log(2 * Math.PI)) + (1 / (12.0 * n)) - (1 / (360.0 * n * n * n));

    private static double[] LogFactorials()
    {
        var logs = new double[Exact];
        for (var n = 2; n < Exact; n++)
        {
            logs[n] = logs[n - 1] + Math.Log(n);
        }
        return logs;
    }
}
