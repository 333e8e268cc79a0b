using ParquetPool.Errors;

namespace ParquetPool.Statistics;

/// <summary>The temperature by which predictions become as sure as they are right: softmax of log-probabilities over it (Guo, Pleiss, Sun and Weinberger 2017, section 4.2).</summary>
/// <remarks>
/// It has the least cross-entropy on labelled rows, which is convex in 1 / temperature. A share 1 / (rows + 2) of each label goes to the likeliest of the other classes, as in Platt (1999, section 2.2):
/// else rows that are all predicted right would make predictions as sure as can be. No class changes its rank.
/// </remarks>
public static class TemperatureFit
{
    /// <summary>The fewest rows that a temperature is fitted to.</summary>
    public const int LeastRows = 50;

    private const double Least = 0.05;
    private const double Most = 20;
    private const int Halvings = 50;

    /// <summary>The temperature of some rows.</summary>
    /// <param name="logits">[row, class]: logits, or logarithms of probabilities.</param>
    /// <param name="labels">[row]</param>
    /// <param name="of">The rows that count.</param>
    public static double Of(ReadOnlySpan<float> logits, IReadOnlyList<int> labels, IReadOnlyCollection<int> of)
    {
        var classes = logits.Length / labels.Count;
        var (low, high) = (1 / Most, 1 / Least);
        for (var i = 0; i < Halvings; i++)
        {
            var inverse = (low + high) / 2;
            (low, high) = Slope(logits, labels, of, classes, inverse) > 0 ? (low, inverse) : (inverse, high);
        }
        return 2 / (low + high);
    }

    /// <summary>What a temperature makes of predictions.</summary>
    /// <param name="temperatures">[row]</param>
    /// <param name="logits">[row, class]</param>
    /// <param name="labels">[row]</param>
    /// <returns>The expected calibration error, and the mean cross-entropy in nats.</returns>
    public static (double Error, double Loss) Measure(ReadOnlySpan<float> logits, IReadOnlyList<int> labels, Func<int, double> temperatures)
    {
        var (classes, error, loss) = (logits.Length / labels.Count, new CalibrationError(), 0.0);
        for (var row = 0; row < labels.Count; row++)
        {
            var values = logits.Slice(row * classes, classes);
            var (best, inverse, sum) = (Best(values), 1 / temperatures(row), 0.0);
            foreach (var value in values)
            {
                sum += Math.Exp(inverse * ((double)value - values[best]));
            }
            error.Add(1 / sum, best == labels[row]);
            loss += Math.Log(sum) - (inverse * ((double)values[labels[row]] - values[best]));
        }
        return (error.Value, loss / labels.Count);
    }

    /// <summary>The temperature of all rows, and what those of every other row make of the rest: rows do not praise a temperature that was fitted to them.</summary>
    /// <param name="logits">[row, class]</param>
    /// <param name="labels">[row], <see cref="LeastRows"/> or more.</param>
    /// <exception cref="DataException">They are fewer.</exception>
    public static FittedTemperature CrossFitted(ReadOnlySpan<float> logits, IReadOnlyList<int> labels)
    {
        if (labels.Count < LeastRows)
        {
            throw new DataException($"{labels.Count} rows, expected {LeastRows} or more to fit a temperature to: label more");
        }
        int[] rows = [.. Enumerable.Range(0, labels.Count)];
        double[] halves = [Of(logits, labels, [.. rows.Where(r => r % 2 == 0)]), Of(logits, labels, [.. rows.Where(r => r % 2 == 1)])];
        var (before, after) = (Measure(logits, labels, _ => 1), Measure(logits, labels, row => halves[(row + 1) % 2]));
        return new FittedTemperature(Of(logits, labels, rows), before.Error, after.Error, before.Loss, after.Loss);
    }

    /// <summary>The derivative of the summed cross-entropy by 1 / temperature.</summary>
    private static double Slope(ReadOnlySpan<float> logits, IReadOnlyList<int> labels, IReadOnlyCollection<int> of, int classes, double inverse)
    {
        var (slope, other) = (0.0, 1.0 / (of.Count + 2));
        foreach (var row in of)
        {
            var values = logits.Slice(row * classes, classes);
            double most = values[Best(values)], sum = 0, mean = 0, next = double.NegativeInfinity;
            for (var c = 0; c < classes; c++)
            {
                var power = Math.Exp(inverse * (values[c] - most));
                sum += power;
                mean += power > 0 ? power * (values[c] - most) : 0;
                next = c == labels[row] ? next : Math.Max(next, values[c]);
            }
            slope += (mean / sum) - ((1 - other) * (values[labels[row]] - most)) - (other * (next - most));
        }
        return slope;
    }

    private static int Best(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var c = 1; c < values.Length; c++)
        {
            best = values[c] > values[best] ? c : best;
        }
        return best;
    }
}

/// <summary>A temperature, and the expected calibration error and the mean cross-entropy (nats) of predictions before and after, the latter cross-fitted.</summary>
public readonly record struct FittedTemperature(double Temperature, double ErrorBefore, double ErrorAfter, double LossBefore, double LossAfter);
