namespace ParquetPool.Trainer.Rehearsal;

/// <summary>How well predictions fit the truth.</summary>
/// <param name="Accuracy">Share of rows predicted right.</param>
/// <param name="MacroF1">Mean over the classes that occur of 2·right / (rows of the class + rows predicted as it).</param>
/// <param name="Loss">Mean cross-entropy, in nats.</param>
/// <param name="CalibrationError">Expected calibration error: Guo, Pleiss, Sun and Weinberger (2017), eq. 3, with <see cref="Bins"/> bins of equal width.</param>
internal readonly record struct TestScore(double Accuracy, double MacroF1, double Loss, double CalibrationError)
{
    private const int Bins = 15;
    private const double LeastProbability = 1e-12;

    /// <param name="probabilities">[row, class]</param>
    /// <param name="truth">[row]; below 0 for rows that do not count.</param>
    public static TestScore Of(ReadOnlySpan<float> probabilities, IReadOnlyList<int> truth, int classes)
    {
        var (right, loss) = (0, 0.0);
        int[] rows = new int[classes], predicted = new int[classes], hits = new int[classes];
        double[] confidence = new double[Bins], correct = new double[Bins];
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
            var bin = Math.Min(Bins - 1, (int)(of[best] * Bins));
            confidence[bin] += of[best];
            if (isRight)
            {
                right++;
                hits[best]++;
                correct[bin]++;
            }
        }
        var f1 = Enumerable.Range(0, classes).Where(c => rows[c] > 0).Average(c => 2.0 * hits[c] / (rows[c] + predicted[c]));
        var error = confidence.Zip(correct, (sure, was) => Math.Abs(sure - was)).Sum();
        double count = rows.Sum();
        return new TestScore(right / count, f1, loss / count, error / count);
    }
}
