using System.Globalization;
using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Training;

/// <summary>Trains a network on a set: the epoch loop.</summary>
/// <remarks>
/// AdamW with warm-up and cosine; stops when the hold-out loss has not fallen for <see cref="Patience"/> of the epochs, and keeps the
/// weights of the epoch where it was lowest. The same set and options give the same weights to the last bit.
/// </remarks>
public static class TrainRun
{
    private const float WeightDecay = 0.01f;
    private const double Patience = 0.5;
    private const int LeastPatience = 10;
    private const double WarmupShare = 0.05;

    /// <summary>Trains.</summary>
    /// <param name="set">Rows to learn from and rows to measure by.</param>
    /// <param name="options">How.</param>
    /// <param name="ended">Called after each epoch.</param>
    /// <param name="stopping">Looked at before each step.</param>
    /// <exception cref="DataException">A layer does not fit, or the training diverged.</exception>
    /// <exception cref="UsageException">An option is out of range, or the network needs an image and the feature columns hold none.</exception>
    public static TrainedNetwork Execute(TrainingSet set, TrainOptions options, Action<Epoch>? ended = null, CancellationToken stopping = default)
    {
        options.Check();
        var image = NetworkBuilder.Image(options.Network, set.Columns);
        var standardisation = Standardisation.Of([.. set.Training.Select(r => r.Features)], image is [_, var h, var w] ? h * w : 1);
        var network = NetworkBuilder.Build(options.Network, set.Columns, set.Classes.Count, standardisation, options.Seed);
        using var classifier = new Classifier(network, Weights(set, options), new AdamW(WeightDecay: WeightDecay), options);

        var epochs = options.EpochsFor(set.Training.Count);
        var steps = epochs * BatchPlan.Count(set.Training.Count, options.BatchRows);
        var rate = new LearningRate(options.LearningRate, (int)(steps * WarmupShare), steps, 0);
        var patience = Math.Max(LeastPatience, (int)(epochs * Patience));
        var history = new List<Epoch>();
        var (best, bestWeights) = (default(Epoch), classifier.Weights());
        for (var number = 1; number <= epochs && number - best.Number <= patience; number++)
        {
            var epoch = Learn(classifier, set, options, rate, number, stopping);
            history.Add(epoch);
            if (best.Number == 0 || epoch.HoldoutLoss < best.HoldoutLoss)
            {
                (best, bestWeights) = (epoch, classifier.Weights());
            }
            ended?.Invoke(epoch);
        }
        classifier.Restore(bestWeights);
        var predictions = classifier.Predictions(set.Holdout, [.. network.Heads.Select(h => h.Logits)]);
        return new TrainedNetwork(
            With(network, bestWeights), set, history, best, predictions[0], HeadScores.Of(network, predictions, classifier.Sigmas, set.Holdout), Recipe(options, epochs, patience));
    }

    private static Epoch Learn(Classifier classifier, TrainingSet set, TrainOptions options, LearningRate rate, int number, CancellationToken stopping)
    {
        var (loss, lastRate) = (0.0, 0f);
        foreach (var batch in BatchPlan.Epoch(set.Training.Count, options.BatchRows, options.Seed, number))
        {
            stopping.ThrowIfCancellationRequested();
            lastRate = rate.At(classifier.Steps);
            loss += classifier.Step(set.Training, batch, lastRate) * batch.Count;
        }
        var score = HoldoutScore.Of(classifier.Logits(set.Holdout), set.Holdout);
        return double.IsFinite(loss) && double.IsFinite(score.Loss)
            ? new Epoch(number, lastRate, loss / set.Training.Count, score.Loss, score.Accuracy)
            : throw new DataException($"the training diverged in epoch {number} (loss {loss}): use a lower --learning-rate than {options.LearningRate}");
    }

    private static float[] Weights(TrainingSet set, TrainOptions options)
    {
        var weights = new float[set.Classes.Count];
        Array.Fill(weights, 1f);
        if (options.ClassWeights == ClassWeights.Balanced)
        {
            foreach (var rows in set.Training.GroupBy(r => r.Class))
            {
                weights[rows.Key] = set.Training.Count / ((float)weights.Length * rows.Count());
            }
        }
        return weights;
    }

    /// <summary>The network whose initializers have the given values.</summary>
    private static Network With(Network network, IReadOnlyDictionary<string, float[]> weights) => network with { Forward = With(network.Forward, weights) };

    /// <summary>The graph whose initializers have the given values.</summary>
    internal static ModelProto With(ModelProto forward, IReadOnlyDictionary<string, float[]> weights)
    {
        var model = forward.Clone();
        foreach (var tensor in model.Graph.Initializer.Where(t => weights.ContainsKey(t.Name)))
        {
            tensor.RawData = Tensors.Float(tensor.Name, weights[tensor.Name], [.. tensor.Dims]).RawData;
        }
        return model;
    }

    private static Dictionary<string, string> Recipe(TrainOptions options, int epochs, int patience) => new()
    {
        ["optimiser"] = Invariant($"AdamW, weight decay {WeightDecay}"),
        ["learningRate"] = Invariant($"{options.LearningRate}, warm-up {WarmupShare:P0} of the steps, cosine to 0"),
        ["batchRows"] = Invariant($"{options.BatchRows}"),
        ["maxEpochs"] = Invariant($"{epochs}, stops after {patience} without a lower hold-out loss"),
        ["classWeights"] = options.ClassWeights == ClassWeights.Balanced ? "balanced" : "none",
        ["network"] = options.Network.ToJson(),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
