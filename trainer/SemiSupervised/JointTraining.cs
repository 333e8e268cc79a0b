using System.Globalization;
using ParquetPool.Errors;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Trains on labelled and other rows together, from a network's first weights to its last step.</summary>
/// <remarks>
/// Nothing stops early and the last weights are kept: a handful of held-out rows chooses worse, and the rate has fallen to nothing by then. A training that
/// diverges keeps the weights of its last whole epoch.
/// </remarks>
internal static class JointTraining
{
    /// <summary>As many steps as the prototypes took to settle; twice as many with strong copies, which take longer to learn from.</summary>
    public const int DefaultSteps = 1500;

    private const int LeastStepsOfAnEpoch = 50;

    /// <summary>Steps of an epoch: a pass over the labelled rows, but not so few that measuring takes the time.</summary>
    public static int StepsOfAnEpoch(TrainOptions options, int rows) => Math.Max(LeastStepsOfAnEpoch, (rows + options.Steps.BatchRows - 1) / options.Steps.BatchRows);

    /// <summary>Epochs of a training. A step sees two or three batches, so that the steps grow by the root of what <see cref="Augmentation.AugmentOptions.StepsFactor"/> says.</summary>
    public static int Epochs(TrainOptions options, int rows) => options.Epochs ?? Math.Max(1, (int)Math.Round(DefaultSteps * Math.Sqrt(options.Augment.StepsFactor) / StepsOfAnEpoch(options, rows)));

    /// <summary>All steps of a training.</summary>
    public static int Steps(TrainOptions options, int rows) => Epochs(options, rows) * StepsOfAnEpoch(options, rows);

    /// <param name="take">Takes a step at a rate.</param>
    /// <param name="lineage">What there was before the training; null for nothing.</param>
    /// <exception cref="DataException">The training diverged in its first epoch.</exception>
    public static TrainedNetwork Learn(Trainee trainee, Func<float, JointLosses> take, Action<Epoch>? ended, CancellationToken stopping, Lineage? lineage = null)
    {
        var (network, classifier, set, options) = trainee;
        var earlier = lineage?.Earlier ?? [];
        var (epochs, each) = (Epochs(options, set.Training.Count), StepsOfAnEpoch(options, set.Training.Count));
        var rate = TrainRun.RateOf(options, epochs * each);
        var recipe = TrainRun.RecipeOf(options, network, Recipe.Text($"{epochs} of {each} steps, all taken"));
        var (history, state) = (earlier.ToList(), classifier.Snapshot(0));
        for (var number = 1; number <= epochs; number++)
        {
            try
            {
                history.Add(lineage?.Told(Epoch(number)) ?? Epoch(number));
            }
            catch (DivergedException e)
            {
                recipe[Recipe.Stopped] = number > 1 ? e.Message : throw new DataException(e.Message, e);
                break;
            }
            state = classifier.Snapshot(history.Count);
            ended?.Invoke(history[^1]);
        }
        classifier.Resume(state);
        return TrainedNetwork.Of(trainee, state, history, history[^1], recipe);

        Epoch Epoch(int number)
        {
            var (labelled, unlabelled, lastRate) = (0.0, 0.0, 0f);
            for (var step = 0; step < each; step++)
            {
                stopping.ThrowIfCancellationRequested();
                lastRate = rate.At(classifier.Steps);
                var losses = take(lastRate);
                labelled += double.IsFinite(losses.Total) ? losses.Labelled / each : throw Diverged($"at step {classifier.Steps + 1}", losses.Total);
                unlabelled += losses.Unlabelled / each;
            }
            var score = HoldoutScore.Of(classifier.Scores(set.Holdout, [Network.Logits])[0]);
            return double.IsFinite(score.Loss)
                ? new Epoch(earlier.Count + number, lastRate, labelled, score.Loss, score.Accuracy) { UnlabelledLoss = unlabelled }
                : throw Diverged("on the held-out rows", score.Loss);

            DivergedException Diverged(string where, double value) =>
                new(string.Create(CultureInfo.InvariantCulture, $"the training diverged in epoch {earlier.Count + number}, {where} (loss {value}): use a lower --learning-rate than {options.Steps.LearningRate}, or --clip"));
        }
    }
}

/// <summary>Of whom a network learns.</summary>
/// <param name="Earlier">The epochs of its teachers, which its history begins with.</param>
/// <param name="Told">An epoch of its own with what is to be said of them.</param>
internal sealed record Lineage(IReadOnlyList<Epoch> Earlier, Func<Epoch, Epoch> Told);

/// <summary>What a step lost, before it was taken.</summary>
/// <param name="Total">What is learnt by.</param>
/// <param name="Labelled">Of the labelled rows, in nats.</param>
/// <param name="Unlabelled">Of the others, as the method measures it.</param>
internal readonly record struct JointLosses(double Total, double Labelled, double Unlabelled);
