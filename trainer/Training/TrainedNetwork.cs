using ParquetPool.Contract;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Training;

/// <summary>A network with the weights that a training gave it.</summary>
/// <param name="Network">Its forward graph holds the weights.</param>
/// <param name="State">From which the training can go on.</param>
/// <param name="Set">What it learnt from and was measured by.</param>
/// <param name="History">Every epoch, in order.</param>
/// <param name="Best">The epoch whose weights were kept: from scratch that of the lowest hold-out loss, the earliest of equals; of a round that continues the last.</param>
/// <param name="HoldoutLogits">[row, class] of the training graph with these weights, dropout off.</param>
/// <param name="Heads">What became of each head; empty with one head.</param>
/// <param name="Recipe">Settings by name, for the manifest.</param>
public sealed record TrainedNetwork(
    Network Network,
    TrainingState State,
    TrainingSet Set,
    IReadOnlyList<Epoch> History,
    Epoch Best,
    float[] HoldoutLogits,
    IReadOnlyList<ModelHead> Heads,
    IReadOnlyDictionary<string, string> Recipe)
{
    /// <summary>The recipe's entry that holds the network as JSON.</summary>
    internal const string NetworkSetting = "network";

    /// <summary>Takes what <paramref name="classifier"/> predicts, whose weights are those of <paramref name="state"/>.</summary>
    internal static TrainedNetwork Of(
        Network network, TrainingState state, TrainingSet set, Classifier classifier, IReadOnlyList<Epoch> history, Epoch best, IReadOnlyDictionary<string, string> recipe)
    {
        var predictions = classifier.Predictions(set.Holdout, [.. network.Heads.Select(h => h.Logits)]);
        return new TrainedNetwork(
            network with { Forward = TrainRun.With(network.Forward, state.Values) }, state, set, history, best, predictions[0],
            HeadScores.Of(network, predictions, classifier.Sigmas, set.Holdout), recipe);
    }
}
