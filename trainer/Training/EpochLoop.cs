using System.Globalization;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Training;

/// <summary>Passes of a classifier over the rows of a set.</summary>
/// <param name="augmenter">Alters the rows of each step; null to learn from them as they are.</param>
/// <param name="rate">The learning rate of a step, counted from 0.</param>
/// <param name="shapingEpochs">The last epoch in which the loss prediction shapes the network: Yoo and Kweon 2019, section 4.1.</param>
/// <param name="alteredEpochs">The last epoch in which rows are altered.</param>
internal sealed class EpochLoop(Classifier classifier, TrainingSet set, TrainOptions options, Augmenter? augmenter, Func<int, float> rate, int shapingEpochs, int alteredEpochs = int.MaxValue)
{
    private readonly IReadOnlyList<LabelledRow> learnt = set.Learnt;
    private readonly float[] classWeights = Weights(set, options.Loss.ClassWeights);

    /// <summary>How often rows come; null where each comes once.</summary>
    public RowDraws? Draws { get; } = RowDraws.Of(set.Learnt, options);

    /// <summary>One pass over the training rows.</summary>
    /// <param name="number">Decides the order of the rows.</param>
    /// <exception cref="DivergedException">The loss is no number.</exception>
    public Epoch Learn(int number, CancellationToken stopping)
    {
        var (loss, lastRate) = (0.0, 0f);
        classifier.ShapeByPredictedLoss(number <= shapingEpochs);
        var rows = Draws?.Epoch(options.Seed, number);
        foreach (var places in options.Steps.Batches.Epoch(learnt.Count, options.Seed, number))
        {
            var batch = rows is null ? places : new ArraySegment<int>([.. places.Select(place => rows[place])]);
            stopping.ThrowIfCancellationRequested();
            lastRate = rate(classifier.Steps);
            var step = augmenter is null || number > alteredEpochs ? classifier.Step(learnt, batch, classWeights, lastRate) : classifier.Step(Altered(augmenter, batch), All(batch.Count), classWeights, lastRate);
            loss += double.IsFinite(step) ? step * batch.Count : throw Diverged($"at step {classifier.Steps + 1}", step);
        }
        var score = set.Holdout.Count > 0 ? HoldoutScore.Of(classifier.Scores(set.Holdout, [Network.Logits])[0]) : default;
        return double.IsFinite(score.Loss)
            ? new Epoch(number, lastRate, loss / learnt.Count, score.Loss, score.Accuracy)
            : throw Diverged("on the held-out rows", score.Loss);

        DivergedException Diverged(string where, double value) =>
            new(string.Create(CultureInfo.InvariantCulture, $"the training diverged in epoch {number}, {where} (loss {value}): use a lower --learning-rate than {options.Steps.LearningRate}, or --clip"));
    }

    private LabelledRow[] Altered(Augmenter augmenter, ArraySegment<int> batch)
    {
        var (rows, step) = (new LabelledRow[batch.Count], classifier.Steps);
        Parallel.For(0, rows.Length, i => rows[i] = learnt[batch[i]] with { Features = augmenter.Alter(learnt[batch[i]].Features, batch[i], step) });
        return rows;
    }

    private static ArraySegment<int> All(int rows) => new([.. Enumerable.Range(0, rows)]);

    internal static float[] Weights(TrainingSet set, ClassWeights kind)
    {
        var weights = new float[set.Classes.Count];
        Array.Fill(weights, 1f);
        if (kind == ClassWeights.Balanced)
        {
            foreach (var rows in set.Training.GroupBy(r => r.Class))
            {
                weights[rows.Key] = set.Training.Count / ((float)weights.Length * rows.Count());
            }
        }
        return weights;
    }
}

/// <summary>What one pass over the training rows came to.</summary>
/// <param name="Number">From 1.</param>
/// <param name="LearningRate">Of the epoch's last step.</param>
/// <param name="TrainLoss">Mean loss of the steps, dropout on, in nats.</param>
/// <param name="HoldoutLoss">Mean cross-entropy of the held-out rows after the epoch, dropout off, in nats.</param>
/// <param name="HoldoutAccuracy">Share of held-out rows predicted right after the epoch, dropout off.</param>
internal readonly record struct Epoch(int Number, float LearningRate, double TrainLoss, double HoldoutLoss, double HoldoutAccuracy)
{
    /// <summary>Mean loss of the rows without labels, as their method measures it; null where there are none.</summary>
    public double? UnlabelledLoss { get; init; }

    /// <summary>Which student learnt, from 1; 0 for a teacher, and where there is neither.</summary>
    public int StudentRound { get; init; }

    /// <summary>Rows for which a teacher's guess stood in for a label.</summary>
    public int PseudoLabels { get; init; }
}

/// <summary>A training's loss became NaN or infinite. The message is one line: where, and what to do.</summary>
internal sealed class DivergedException(string message) : Exception(message);

/// <summary>A network that is being trained.</summary>
/// <param name="Network">As it was built: what it has learnt is known to the classifier.</param>
/// <param name="Classifier">The network where it learns; whoever made it disposes it.</param>
/// <param name="Set">Rows to learn from and rows to measure by.</param>
/// <param name="Options">How.</param>
internal sealed record Trainee(Network Network, Classifier Classifier, TrainingSet Set, TrainOptions Options);
