using ParquetPool.Contract;
using ParquetPool.Statistics;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Training;

/// <summary>Fits temperatures of a trained network to the rows that are held out.</summary>
/// <remarks>
/// One for the single prediction and one for the mean of a committee, for the mean of members that are each as sure as they are right is less sure than it is right (Rahaman and Thiery 2021): it is averaged first and
/// calibrated then. The members' masks are draws of the network's own dropout, other ones for each row, so that the temperature is that of no seed of the scorer.
/// </remarks>
internal static class NetworkCalibration
{
    /// <summary>Members of the committee; the mean of more differs little.</summary>
    public const int Members = 20;

    private const int MostNumbers = 1 << 24;

    /// <param name="classifier">With the weights that are kept.</param>
    /// <param name="choseEpoch">Whether the held-out rows chose them.</param>
    public static ModelCalibration Of(Classifier classifier, TrainingSet set, bool choseEpoch)
    {
        LabelledRow[] rows = [.. set.Holdout.Take(MostNumbers / set.Classes.Count)];
        if (rows.Length < TemperatureFit.LeastRows)
        {
            return new ModelCalibration(rows.Length, choseEpoch, $"{rows.Length} held-out rows are too few to fit a temperature to, expected {TemperatureFit.LeastRows}: probabilities stay as they are");
        }
        int[] labels = [.. rows.Select(row => row.Class)];
        return new ModelCalibration(rows.Length, choseEpoch)
        {
            Single = Fitted(classifier.Logits(rows), 0),
            Committee = Fitted(classifier.MeanLogProbabilities(rows, Members), Members),
        };

        ModelTemperature? Fitted(float[] logits, int members) => Array.TrueForAll(logits, float.IsFinite) && TemperatureFit.CrossFitted(logits, labels) is var fit
            ? new ModelTemperature(fit.Temperature, members, fit.ErrorBefore, fit.ErrorAfter, fit.LossBefore, fit.LossAfter)
            : null;
    }
}
