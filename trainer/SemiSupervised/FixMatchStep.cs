using ParquetPool.Randomness;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using TorchSharp;

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

    private readonly TrainingSet set;
    private readonly IReadOnlyList<LabelledRow> unlabelled;
    private readonly Augmenter? augmenter;
    private readonly Augmenter? guessing;
    private readonly Alignment alignment;
    private readonly StepRows rows;
    private readonly CrossEntropy crossEntropy;
    private readonly RowCycle ofLabelled;
    private readonly RowCycle ofUnlabelled;

    public FixMatchStep(Network network, TrainingSet set, IReadOnlyList<LabelledRow> unlabelled, TrainOptions options)
    {
        (this.set, this.unlabelled) = (set, unlabelled);
        var features = set.Training.Select(r => r.Features).ToArray();
        augmenter = Augmenter.Of(options.Augment, network, features, options.Seed);
        guessing = Augmenter.Of(options.Augment.NoStrongerThan(AugmentStrength.Light), network, features, options.Seed);
        alignment = new Alignment(set.Training.Select(r => r.Class), set.Classes.Count);
        rows = new StepRows(network, set, options, 1 + Share);
        crossEntropy = new CrossEntropy(options.Loss.LabelSmoothing, options.Loss.Focal);
        (ofLabelled, ofUnlabelled) = (new RowCycle(set.Training.Count, options.Seed, Purpose.JointOrder), new RowCycle(unlabelled.Count, options.Seed, Purpose.UnlabelledOrder));
    }

    /// <summary>The class that each guess is sure of, or -1.</summary>
    /// <param name="guesses">[row][class]: probabilities.</param>
    public static int[] Sure(float[][] guesses) => Array.ConvertAll(guesses, guess => guess.Max() is var best && best >= LeastConfidence ? Array.IndexOf(guess, best) : -1);

    /// <summary>Takes one.</summary>
    public JointLosses Take(Classifier classifier, float rate)
    {
        var (size, step) = (rows.Size, classifier.Steps);
        var (own, other) = (ofLabelled.Next(size), ofUnlabelled.Next(Share * size));
        var features = StepRows.InParallel((1 + Share) * size, i => i < size
            ? Altered(augmenter, set.Training[own[i]].Features, own[i], step, i)
            : Altered(augmenter, unlabelled[other[i - size]].Features, other[i - size], step, i));
        var looked = StepRows.InParallel(Share * size, i => Altered(guessing, unlabelled[other[i]].Features, other[i], step, i + features.Length));
        var (labelled, missed) = (0.0, 0.0);
        var total = classifier.Step(
            (network, pass) =>
            {
                var sure = Sure(Guessed(network, looked));
                float[][] targets = [.. own.Select(place => rows.OneHot(set.Training[place].Class)), .. sure.Select(place => place < 0 ? new float[set.Classes.Count] : rows.OneHot(place))];
                var logits = network.Forward(rows.Inputs(features), [Network.Logits], pass)[0];
                var wanted = rows.Targets(targets);
                var ofLabels = Means.Weighted(crossEntropy.Of(logits.narrow(0, 0, size), wanted.narrow(0, 0, size)), rows.Weights(targets.AsSpan(0, size)));
                // A guess that is not sure is a target of zeros, by which nothing is lost; it counts in the mean, as published.
                var ofGuesses = crossEntropy.Of(logits.narrow(0, size, Share * size), wanted.narrow(0, size, Share * size)).mean();
                (labelled, missed) = (TensorConversion.ToArray<float>(ofLabels)[0], TensorConversion.ToArray<float>(ofGuesses)[0]);
                return ofLabels.add(ofGuesses);
            },
            rate);
        return new JointLosses(total, labelled, missed);
    }

    /// <summary>What the network predicts of the copies, dropout off, aligned: [row][class]. No gradient passes.</summary>
    private float[][] Guessed(TorchNetwork network, float[][] copies)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        var predicted = torch.nn.functional.softmax(network.Forward(rows.Inputs(copies), [Network.Logits], default)[0], dim: -1);
        return alignment.Of([.. TensorConversion.ToArray<float>(predicted).Chunk(set.Classes.Count)]);
    }

    /// <param name="copy">Its place in the step: a row may stand there several times, each time as another copy.</param>
    private static float[] Altered(Augmenter? how, float[] features, int row, int step, int copy) => how?.Alter(features, row, step, copy) ?? features;
}
