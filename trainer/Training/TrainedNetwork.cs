using ParquetPool.Contract;
using ParquetPool.Statistics;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Training;

/// <summary>A network with the weights that a training gave it.</summary>
/// <param name="Network">Its forward graph holds the weights.</param>
/// <param name="State">From which the training can go on.</param>
/// <param name="Set">What it learnt from and was measured by.</param>
/// <param name="History">Every epoch, in order.</param>
/// <param name="Best">The epoch whose weights were kept: from scratch that of the lowest hold-out loss, the earliest of equals; of a round that continues, or learnt from rows without labels, the last.</param>
/// <param name="HoldoutLogits">[row, class] of libtorch with these weights, dropout off, of the first held-out rows: of all but where classes are very many.</param>
/// <param name="Heads">What became of each head; empty with one head.</param>
/// <param name="LossCorrelation">Spearman's correlation of predicted and true losses of the held-out rows; null where none are predicted, or all alike.</param>
/// <param name="Recipe">Settings by name, for the manifest.</param>
internal sealed record TrainedNetwork(
    Network Network,
    TrainingState State,
    TrainingSet Set,
    IReadOnlyList<Epoch> History,
    Epoch Best,
    float[] HoldoutLogits,
    IReadOnlyList<ModelHead> Heads,
    double? LossCorrelation,
    IReadOnlyDictionary<string, string> Recipe)
{
    /// <summary>What was learnt from rows without labels; null where nothing was.</summary>
    public ModelUnlabelled? Unlabelled { get; init; }

    /// <summary>How sure it is of its predictions; null where nobody asked, or no row is held out.</summary>
    public ModelCalibration? Calibration { get; init; }

    /// <summary>The recipe's entry that holds the network as JSON.</summary>
    internal const string NetworkSetting = "network";

    private const int MostLogits = 1 << 24;

    /// <summary>Takes what <paramref name="trainee"/> predicts, whose weights are those of <paramref name="state"/>.</summary>
    /// <param name="choseEpoch">Whether the held-out rows chose the epoch.</param>
    internal static TrainedNetwork Of(Trainee trainee, TrainingState state, IReadOnlyList<Epoch> history, Epoch best, IReadOnlyDictionary<string, string> recipe, bool choseEpoch = false)
    {
        var (network, classifier, set, options) = trainee;
        var scores = classifier.Scores(set.Holdout, [.. network.Heads.Select(h => h.Logits)]);
        return new TrainedNetwork(
            Network: network with { Forward = TrainRun.With(network.Forward, state.Weights) },
            State: state,
            Set: set,
            History: history,
            Best: best,
            HoldoutLogits: classifier.Logits([.. set.Holdout.Take(Math.Max(1, MostLogits / set.Classes.Count))]),
            Heads: HeadScores.Of(network, scores, classifier.Sigmas, set.Holdout),
            LossCorrelation: network.LossTaps.Count > 0 ? Correlation(classifier.Predictions(set.Holdout, [Network.PredictedLoss])[0], scores[0]) : null,
            Recipe: recipe)
        {
            Calibration = options.Calibrate == Calibrating.Temperature && set.Holdout.Count > 0 ? NetworkCalibration.Of(classifier, set, choseEpoch) : null,
        };
    }

    private static double? Correlation(float[] predicted, RowScore[] rows)
    {
        var spearman = RankCorrelation.Spearman(Array.ConvertAll(predicted, p => (double)p), Array.ConvertAll(rows, row => row.Loss));
        return double.IsFinite(spearman) ? spearman : null;
    }
}
