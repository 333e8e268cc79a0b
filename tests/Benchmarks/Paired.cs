using ParquetPool.Statistics;

namespace ParquetPool.Benchmarks;

/// <summary>Figures of trainings that share their seeds, as tables show them.</summary>
internal static class Paired
{
    /// <summary>The mean and its standard error.</summary>
    public static string Text(double[] values, double times = 1)
    {
        var (mean, digits) = (values.Average(), times == 1 ? "F3" : "F1");
        return $"{(times * mean).ToString(digits)} ± {(times * Error(values)).ToString(digits)}";
    }

    /// <summary>The mean of paired differences and its 95 % interval.</summary>
    public static string Difference(double[] one, double[] other, double times = 1)
    {
        double[] apart = [.. one.Zip(other, (a, b) => times * (a - b))];
        var (mean, within, digits) = (apart.Average(), Interval.OfMean(apart)!, times == 1 ? "F3" : "F1");
        return $"{mean.ToString(times == 1 ? "+0.000;-0.000" : "+0.0;-0.0")} [{within.Low.ToString(digits)}, {within.High.ToString(digits)}]";
    }

    private static double Error(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
    }
}
