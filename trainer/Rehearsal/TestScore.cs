using ParquetPool.Statistics;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>How well predictions fit the truth.</summary>
/// <param name="Accuracy">Share of rows predicted right.</param>
/// <param name="MacroF1">Mean over the classes that occur of 2·right / (rows of the class + rows predicted as it).</param>
/// <param name="Loss">Mean cross-entropy, in nats.</param>
/// <param name="CalibrationError">See <see cref="Statistics.CalibrationError"/>.</param>
internal readonly record struct TestScore(double Accuracy, double MacroF1, double Loss, double CalibrationError)
{
    /// <summary>The calibration error by the temperature of the rows that were held out; null where none were, or too few.</summary>
    public double? CalibratedError { get; init; }

    private const double LeastProbability = 1e-12;

    /// <param name="probabilities">[row, class]</param>
    /// <param name="truth">[row]; below 0 for rows that do not count.</param>
    /// <param name="temperature">Of the probabilities, fitted to other rows; null where there is none.</param>
    public static TestScore Of(ReadOnlySpan<float> probabilities, IReadOnlyList<int> truth, int classes, double? temperature = null)
    {
        var (right, loss) = (0, 0.0);
        int[] rows = new int[classes], predicted = new int[classes], hits = new int[classes];
        var (error, after) = (new CalibrationError(), new CalibrationError());
        for (var row = 0; row < truth.Count; row++)
        {
            if (truth[row] < 0)
            {
                continue;
            }
            var of = probabilities.Slice(row * classes, classes);
            var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(of);
            var isRight = best == truth[row];
            loss -= Math.Log(Math.Max(LeastProbability, of[truth[row]]));
            rows[truth[row]]++;
            predicted[best]++;
            error.Add(of[best], isRight);
            after.Add(temperature is { } t ? Tempered(of, of[best], t) : 0, isRight);
            if (isRight)
            {
                right++;
                hits[best]++;
            }
        }
        var f1 = Enumerable.Range(0, classes).Where(c => rows[c] > 0).Average(c => 2.0 * hits[c] / (rows[c] + predicted[c]));
        double count = rows.Sum();
        return new TestScore(right / count, f1, loss / count, error.Value) { CalibratedError = temperature is null ? null : after.Value };
    }

    /// <summary>The highest probability after a temperature.</summary>
    private static double Tempered(ReadOnlySpan<float> probabilities, double highest, double temperature)
    {
        var sum = 0.0;
        foreach (var probability in probabilities)
        {
            sum += Math.Pow(probability / highest, 1 / temperature);
        }
        return 1 / sum;
    }
}
