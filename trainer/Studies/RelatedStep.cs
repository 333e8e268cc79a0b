using ParquetPool.Randomness;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.SemiSupervised;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Studies;

/// <summary>Steps on as many rows of a task as of a related one, altered alike, in one batch: each task has logits of its own. Not for two threads at a time.</summary>
internal sealed class RelatedStep
{
    private const double MeanKept = 0.99;

    private readonly TrainingSet set;
    private readonly PoolSample related;
    private readonly Augmenter? augmenter;
    private readonly (StepRows Own, StepRows Other) rows;
    private readonly CrossEntropy crossEntropy;
    private readonly (RowCycle Own, RowCycle Other) order;
    private readonly (RunningMean Own, RunningMean Other) means = (new(MeanKept), new(MeanKept));

    /// <param name="network">Whose logits are those of the set's classes, then those of the related task's.</param>
    public RelatedStep(Network network, TrainingSet set, PoolSample related, TrainOptions options)
    {
        (this.set, this.related) = (set, related);
        augmenter = Augmenter.Of(options.Augment, network, [.. set.Training.Select(r => r.Features)], options.Seed);
        rows = (new StepRows(network, set, options, batches: 2), new StepRows(network, new TrainingSet(related.Columns, related.Classes, related.Training, []), options, batches: 0));
        crossEntropy = new CrossEntropy(options.Loss.LabelSmoothing, options.Loss.Focal);
        order = (new RowCycle(set.Training.Count, options.Seed, Purpose.TaskOrder), new RowCycle(related.Training.Count, options.Seed, Purpose.RelatedOrder));
    }

    /// <summary>Takes one.</summary>
    public JointLosses Take(Classifier classifier, float rate)
    {
        var (size, step) = (rows.Own.Size, classifier.Steps);
        var (own, other) = (order.Own.Next(size), order.Other.Next(size));
        var features = StepRows.InParallel(2 * size, i => i < size ? Altered(set.Training[own[i]].Features, own[i], step, i) : Altered(related.Training[other[i - size]].Features, other[i - size], step, i));
        float[][] targets = [.. own.Select(place => rows.Own.OneHot(set.Training[place].Class))];
        float[][] others = [.. other.Select(place => rows.Other.OneHot(related.Training[place].Class))];
        var (ofOwn, ofOther) = (0.0, 0.0);
        var total = classifier.Step(
            (network, pass) =>
            {
                var logits = network.Forward(rows.Own.Inputs(features), [Network.Logits], pass)[0];
                var (mine, theirs) = (logits.narrow(0, 0, size).narrow(1, 0, set.Classes.Count), logits.narrow(0, size, size).narrow(1, set.Classes.Count, related.Classes.Count));
                var labelled = Means.Weighted(crossEntropy.Of(mine, rows.Own.Targets(targets)), rows.Own.Weights(targets));
                var joined = Means.Weighted(crossEntropy.Of(theirs, rows.Other.Targets(others)), rows.Other.Weights(others));
                (ofOwn, ofOther) = (TensorConversion.ToArray<float>(labelled)[0], TensorConversion.ToArray<float>(joined)[0]);
                return NormalisedSum.Of(labelled, joined, means.Own.Follow(ofOwn), means.Other.Follow(ofOther));
            },
            rate);
        return new JointLosses(total, ofOwn, ofOther);
    }

    private float[] Altered(float[] features, int row, int step, int copy) => augmenter?.Alter(features, row, step, copy) ?? features;
}
