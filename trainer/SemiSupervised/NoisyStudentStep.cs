using ParquetPool.Randomness;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>A student's steps: as many labelled rows as guessed ones, all altered, in one batch. Not for two threads at a time.</summary>
internal sealed class NoisyStudentStep
{
    private const double MeanKept = 0.99;

    private readonly TrainingSet set;
    private readonly IReadOnlyList<LabelledRow> unlabelled;
    private readonly PseudoLabels guesses;
    private readonly Augmenter? augmenter;
    private readonly StepRows rows;
    private readonly CrossEntropy crossEntropy;
    private readonly RowCycle ofLabelled;
    private readonly RowCycle ofGuessed;
    private readonly (RunningMean Labelled, RunningMean Guessed) means = (new(MeanKept), new(MeanKept));

    public NoisyStudentStep(Network network, TrainingSet set, IReadOnlyList<LabelledRow> unlabelled, PseudoLabels guesses, TrainOptions options)
    {
        (this.set, this.unlabelled, this.guesses) = (set, unlabelled, guesses);
        augmenter = Augmenter.Of(options.Augment, network, [.. set.Training.Select(r => r.Features)], options.Seed);
        rows = new StepRows(network, set, options, batches: 2);
        crossEntropy = new CrossEntropy(options.Loss.LabelSmoothing, options.Loss.Focal);
        (ofLabelled, ofGuessed) = (new RowCycle(set.Training.Count, options.Seed, Purpose.JointOrder), new RowCycle(guesses.Rows.Count, options.Seed, Purpose.UnlabelledOrder));
    }

    /// <summary>Takes one.</summary>
    public JointLosses Take(Classifier classifier, float rate)
    {
        var (size, step) = (rows.Size, classifier.Steps);
        var (own, other) = (ofLabelled.Next(size), ofGuessed.Next(size));
        var features = StepRows.InParallel(2 * size, i => i < size
            ? Altered(set.Training[own[i]].Features, own[i], step, i)
            : Altered(unlabelled[guesses.Rows[other[i - size]]].Features, guesses.Rows[other[i - size]], step, i));
        float[][] targets = [.. own.Select(place => rows.OneHot(set.Training[place].Class)), .. other.Select(place => guesses.Targets[guesses.Rows[place]])];
        var (labelled, guessed) = (0.0, 0.0);
        var total = classifier.Step(
            (network, pass) =>
            {
                var inputs = rows.Inputs(features);
                var logits = network.Forward(inputs, [Network.Logits], pass)[0];
                var wanted = rows.Targets(targets);
                var ofLabels = Means.Weighted(crossEntropy.Of(logits.narrow(0, 0, size), wanted.narrow(0, 0, size)), rows.Weights(targets.AsSpan(0, size)));
                var ofGuesses = default(CrossEntropy).Of(logits.narrow(0, size, size), wanted.narrow(0, size, size)).mean();
                (labelled, guessed) = (TensorConversion.ToArray<float>(ofLabels)[0], TensorConversion.ToArray<float>(ofGuesses)[0]);
                return NormalisedSum.Of(ofLabels, ofGuesses, means.Labelled.Follow(labelled), means.Guessed.Follow(guessed));
            },
            rate);
        return new JointLosses(total, labelled, guessed);
    }

    /// <param name="copy">Its place in the step: a row may stand there several times, each time as another copy.</param>
    private float[] Altered(float[] features, int row, int step, int copy) => augmenter?.Alter(features, row, step, copy) ?? features;
}
