using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Reports;

/// <summary>A held-out row and what was predicted of it, dropout off.</summary>
/// <param name="Predicted">Place of the class.</param>
/// <param name="Confidence">Its probability.</param>
/// <param name="Loss">Cross-entropy of the row's own class, in nats.</param>
internal sealed record HoldoutResult(string Id, int Class, int Predicted, double Confidence, double Loss);

/// <summary>Rows that were predicted with about the same confidence.</summary>
/// <param name="Confidence">Their mean.</param>
/// <param name="Accuracy">Share of them that is right.</param>
internal sealed record CalibrationBin(int Rows, double Confidence, double Accuracy);

/// <summary>What a trained network predicts of the rows that it has not learnt from.</summary>
/// <param name="Rows">In the order of the set.</param>
internal sealed record HoldoutResults(IReadOnlyList<HoldoutResult> Rows)
{
    /// <summary>Of <see cref="TrainedNetwork.HoldoutLogits"/>, in double precision: of very many classes these are the first rows only.</summary>
    public static HoldoutResults Of(TrainedNetwork trained)
    {
        var (classes, logits) = (trained.Set.Classes.Count, trained.HoldoutLogits);
        return new HoldoutResults([.. trained.Set.Holdout.Take(logits.Length / classes).Select((row, i) => Of(row, logits.AsSpan(i * classes, classes)))]);
    }

    public double Accuracy => (double)Rows.Count(row => row.Predicted == row.Class) / Rows.Count;

    public double Margin => MarginOf(Accuracy, Rows.Count);

    /// <summary>The bins of <see cref="Statistics.CalibrationError"/>, the lowest confidence first; those without rows are left out.</summary>
    public IReadOnlyList<CalibrationBin> Calibration =>
    [
        .. Rows.GroupBy(row => Math.Min(Statistics.CalibrationError.Bins - 1, (int)(row.Confidence * Statistics.CalibrationError.Bins))).OrderBy(bin => bin.Key)
            .Select(bin => new CalibrationBin(bin.Count(), bin.Average(row => row.Confidence), (double)bin.Count(row => row.Predicted == row.Class) / bin.Count())),
    ];

    /// <summary>Half the width of the middle 95 % around an accuracy, as if rows were drawn at random: 1.96 standard errors, where all or none are right those of about one row that is not.</summary>
    public static double MarginOf(double accuracy, int rows) => Math.Min(1, 1.96 * Math.Sqrt(Math.Max(accuracy * (1 - accuracy), 1.0 / rows) / rows));

    /// <summary>See <see cref="Statistics.CalibrationError"/>.</summary>
    public double CalibrationError => Calibration.Sum(bin => Math.Abs(bin.Confidence - bin.Accuracy) * bin.Rows / Rows.Count);

    /// <summary>[class, predicted]: rows.</summary>
    public int[,] Confusion(int classes)
    {
        var counts = new int[classes, classes];
        foreach (var row in Rows)
        {
            counts[row.Class, row.Predicted]++;
        }
        return counts;
    }

    private static HoldoutResult Of(LabelledRow row, ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var c = 1; c < logits.Length; c++)
        {
            best = logits[c] > logits[best] ? c : best;
        }
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp((double)logit - logits[best]);
        }
        return new HoldoutResult(row.Id, row.Class, best, 1 / sum, Math.Log(sum) + logits[best] - logits[row.Class]);
    }
}
