using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.TrainingSets;
using ParquetPool.Trainer.Transfer;

namespace ParquetPool.Trainer.Training;

/// <summary>Trains a given model with a new head: first the head alone, on what the model gives as it is, then all that is not frozen together.</summary>
/// <remarks>
/// A head that knows nothing yet would send gradients into the model that undo what it knows (Kumar et al. 2022, "Fine-tuning can distort pretrained features"). What the head takes is
/// centred, and scaled as a whole to a deviation of 1 over the training rows; its weights are shrunk as if logits had a deviation of <see cref="PriorDeviation"/> before a row was seen.
/// </remarks>
internal static class FineTuning
{
    private const double PriorDeviation = 7;

    /// <summary>The share of its rate that the head has left when the model learns too.</summary>
    private const float HeadShare = 0.1f;

    /// <param name="network">With a new head.</param>
    /// <param name="ended">Called after each epoch of the last part.</param>
    /// <exception cref="Errors.DataException">The training diverged in its first epoch.</exception>
    public static TrainedNetwork Execute(Network network, TrainingSet set, TrainOptions options, Action<Epoch>? ended, CancellationToken stopping)
    {
        var rows = set.Learnt.Count;
        var shrinkage = network.EmbeddingWidth / (PriorDeviation * PriorDeviation * rows);
        var tunes = network.Given.Count > 0;
        var usual = options.UsualEpochsFor(rows);
        var started = LearnHead(TransferNetwork.HeadAlone(network), set, tunes ? options with { Calibrate = Calibrating.None } : options, shrinkage, tunes ? usual : options.Epochs ?? usual, tunes ? null : ended, stopping);
        if (!tunes)
        {
            return started;
        }
        var slower = options with { Steps = options.Steps with { LearningRate = options.Steps.LearningRate * HeadShare }, From = options.From! with { Rate = options.From.RateBeside(options.Steps.LearningRate) } };
        var whole = network with { Forward = started.Network.Forward };
        using var classifier = new Classifier(whole, set.Classes.Count, slower, freezeBatchNorm: true, shrinkage);
        var tuned = TrainRun.Learn(new Trainee(whole, classifier, set, slower), options.TuningEpochsFor(rows), ended, stopping);
        return tuned with { Recipe = new Dictionary<string, string>(tuned.Recipe) { ["headAlone"] = Recipe.Text($"{started.Best.Number} epochs before, at {options.Steps.LearningRate}") } };
    }

    private static TrainedNetwork LearnHead(Network network, TrainingSet set, TrainOptions options, double shrinkage, int epochs, Action<Epoch>? ended, CancellationToken stopping)
    {
        using var classifier = new Classifier(network, set.Classes.Count, options, freezeBatchNorm: true, shrinkage);
        var constants = Spread(network.NewHead!, classifier.Predictions(set.Learnt, [Network.Embedding])[0], set.Learnt.Count);
        classifier.Replace(constants);
        return TrainRun.Learn(new Trainee(network with { Forward = TrainRun.With(network.Forward, constants) }, classifier, set, options), epochs, ended, stopping);
    }

    /// <summary>The constants of the head that centre its input and scale it.</summary>
    /// <param name="embeddings">[row, unit].</param>
    private static Dictionary<string, float[]> Spread(NewHead head, float[] embeddings, int rows)
    {
        var width = embeddings.Length / rows;
        var mean = new double[width];
        for (var i = 0; i < embeddings.Length; i++)
        {
            mean[i % width] += embeddings[i] / (double)rows;
        }
        var variance = 0.0;
        for (var i = 0; i < embeddings.Length; i++)
        {
            variance += Math.Pow(embeddings[i] - mean[i % width], 2) / embeddings.Length;
        }
        return new() { [head.Mean] = Array.ConvertAll(mean, m => (float)m), [head.Scale] = [variance > 0 ? (float)(1 / Math.Sqrt(variance)) : 1] };
    }
}
