using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Steps of FixMatch (Sohn et al. 2020): what the network is sure of by a lightly altered copy of a row is the label of another copy. Not for two threads at a time.</summary>
/// <remarks>
/// Guesses are aligned with how frequent the labels' classes are before it is seen whether they are sure enough: <see cref="Alignment"/>. The published threshold, 0.95, is for
/// hundreds of thousands of steps; in some thousand few guesses reach it.
/// </remarks>
internal sealed class FixMatchStep
{
    /// <summary>The probability from which on a guess is learnt from.</summary>
    public const float LeastConfidence = 0.8f;

    /// <summary>Rows without labels for each one with.</summary>
    public const int Share = 2;

    private readonly JointRows rows;

    public FixMatchStep(Network network, TrainingSet set, IReadOnlyList<LabelledRow> unlabelled, TrainOptions options) => rows = new JointRows(network, set, unlabelled, options, 1 + Share);

    /// <summary>The class that each guess is sure of, or -1.</summary>
    /// <param name="guesses">[row][class]: probabilities.</param>
    public static int[] Sure(float[][] guesses) => Array.ConvertAll(guesses, guess => guess.Max() is var best && best >= LeastConfidence ? Array.IndexOf(guess, best) : -1);

    /// <summary>Takes one.</summary>
    public JointLosses Take(Classifier classifier, float rate)
    {
        var (size, step) = (rows.Size, classifier.Steps);
        var (own, other) = (rows.NextLabelled(), rows.NextUnlabelled(Share * size));
        var features = rows.Altered(own, other, step);
        var looked = rows.AlteredLightly(other, step, features.Length);
        var (labelled, missed) = (0.0, 0.0);
        var total = classifier.Step(
            (network, pass) =>
            {
                var sure = Sure(rows.Guessed(network, looked, views: 1));
                float[][] targets = [.. rows.Labels(own), .. sure.Select(place => place < 0 ? new float[rows.Classes] : rows.Layout.OneHot(place))];
                var logits = network.Forward(rows.Layout.Inputs(features), [Network.Logits], pass)[0];
                var wanted = rows.Layout.Targets(targets);
                var ofLabels = rows.OfLabels(logits, wanted, targets);
                // A guess that is not sure is a target of zeros, by which nothing is lost; it counts in the mean, as published.
                var ofGuesses = rows.Of(logits, wanted, size, Share * size).mean();
                (labelled, missed) = (TensorConversion.ToArray<float>(ofLabels)[0], TensorConversion.ToArray<float>(ofGuesses)[0]);
                return ofLabels.Plus(ofGuesses);
            },
            rate);
        return new JointLosses(total, labelled, missed);
    }
}
