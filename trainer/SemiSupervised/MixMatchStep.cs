using ParquetPool.Randomness;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Steps of MixMatch (Berthelot et al. 2019): guesses from two altered copies, sharpened, mixed with all else of the step. Not for two threads at a time.</summary>
/// <remarks>
/// Two things are from ReMixMatch (Berthelot et al. 2020, sections 3.1 and 3.2): guesses are aligned with how frequent the labels' classes are, for without that the rarer of two classes that look
/// alike is soon guessed no more, and they are made of copies that are altered lightly, however strongly those are that learn.
/// </remarks>
internal sealed class MixMatchStep
{
    public const double Temperature = 0.5;

    /// <summary>λ_U at the end of the ramp. The published 75 comes after 16,000 steps; at the end of 1,500 the network's guesses are too poor for it.</summary>
    public const double Weight = 15;

    private const int Copies = 2;

    private readonly TrainingSet set;
    private readonly IReadOnlyList<LabelledRow> unlabelled;
    private readonly Augmenter? augmenter;
    private readonly Augmenter? guessing;
    private readonly Alignment alignment;
    private readonly StepRows rows;
    private readonly CrossEntropy crossEntropy;
    private readonly RowCycle ofLabelled;
    private readonly RowCycle ofUnlabelled;
    private readonly Mixing? mixing;
    private readonly long[] order;
    private readonly int steps;

    /// <param name="mixes">Whether rows and targets are mixed.</param>
    /// <param name="steps">Of the training: the ramp's length.</param>
    public MixMatchStep(Network network, TrainingSet set, IReadOnlyList<LabelledRow> unlabelled, TrainOptions options, bool mixes, int steps)
    {
        (this.set, this.unlabelled, this.steps) = (set, unlabelled, steps);
        augmenter = Augmenter.Of(options.Augment, network, [.. set.Training.Select(r => r.Features)], options.Seed);
        guessing = options.Augment.Strength > AugmentStrength.Light
            ? Augmenter.Of(options.Augment with { Strength = AugmentStrength.Light }, network, [.. set.Training.Select(r => r.Features)], options.Seed)
            : null;
        alignment = new Alignment(set.Training.Select(r => r.Class), set.Classes.Count);
        rows = new StepRows(network, set, options, 1 + Copies);
        crossEntropy = new CrossEntropy(options.Loss.LabelSmoothing, options.Loss.Focal);
        (ofLabelled, ofUnlabelled) = (new RowCycle(set.Training.Count, options.Seed, Purpose.JointOrder), new RowCycle(unlabelled.Count, options.Seed, Purpose.UnlabelledOrder));
        mixing = mixes ? new Mixing(options.Seed) : null;
        order = Interleaving.Order(1 + Copies, rows.Size);
    }

    /// <summary>λ_U of a step, which rises evenly from 0.</summary>
    public static double WeightAt(int step, int steps) => Weight * Math.Min(1, (double)step / steps);

    /// <summary>Takes one.</summary>
    public JointLosses Take(Classifier classifier, float rate)
    {
        var (size, step) = (rows.Size, classifier.Steps);
        var (own, other) = (ofLabelled.Next(size), ofUnlabelled.Next(size));
        var features = StepRows.InParallel((1 + Copies) * size, i => i < size
            ? Altered(augmenter, set.Training[own[i]].Features, own[i], step, i)
            : Altered(augmenter, unlabelled[other[i % size]].Features, other[i % size], step, i));
        var guessed = guessing is null ? features[size..] : StepRows.InParallel(Copies * size, i => Altered(guessing, unlabelled[other[i % size]].Features, other[i % size], step, i + size));
        var (labelled, missed) = (0.0, 0.0);
        var total = classifier.Step(
            (network, pass) =>
            {
                var guesses = Guessed(network, guessed);
                float[][] targets = [.. own.Select(place => rows.OneHot(set.Training[place].Class)), .. guesses, .. guesses];
                mixing?.Mix(features, targets, step);
                var logits = Logits(network, features, pass);
                var wanted = rows.Targets(targets);
                var ofLabels = Means.Weighted(crossEntropy.Of(logits.narrow(0, 0, size), wanted.narrow(0, 0, size)), rows.Weights(targets.AsSpan(0, size)));
                var ofGuesses = Guesses.Missed(logits.narrow(0, size, Copies * size), wanted.narrow(0, size, Copies * size));
                (labelled, missed) = (TensorConversion.ToArray<float>(ofLabels)[0], TensorConversion.ToArray<float>(ofGuesses)[0]);
                return ofLabels.add(ofGuesses.mul(WeightAt(step, steps)));
            },
            rate);
        return new JointLosses(total, labelled, missed);
    }

    /// <summary>The mean of what the network predicts of the copies, dropout off, aligned and sharpened: [row][class]. No gradient passes.</summary>
    private float[][] Guessed(TorchNetwork network, ReadOnlySpan<float[]> copies)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        var predicted = torch.nn.functional.softmax(network.Forward(rows.Inputs(copies), [Network.Logits], default)[0], dim: -1);
        var mean = predicted.narrow(0, 0, rows.Size).add(predicted.narrow(0, rows.Size, rows.Size)).div(Copies);
        var aligned = alignment.Of([.. TensorConversion.ToArray<float>(mean).Chunk(set.Classes.Count)]);
        return [.. TensorConversion.ToArray<float>(Guesses.Sharpened(rows.Targets(aligned), Temperature)).Chunk(set.Classes.Count)];
    }

    /// <summary>Batch by batch, interleaved; only the first one moves running statistics. Each batch drops other units.</summary>
    private Tensor Logits(TorchNetwork network, float[][] features, Pass pass)
    {
        var parts = new List<Tensor>();
        for (var part = 0; part <= Copies; part++)
        {
            var dealt = order.AsSpan(part * rows.Size, rows.Size).ToArray().Select(place => features[place]).ToArray();
            parts.Add(network.Forward(rows.Inputs(dealt), [Network.Logits], pass with { Step = (pass.Step * (1 + Copies)) + part, KeepsStatistics = part > 0 })[0]);
        }
        return torch.cat(parts, 0).index_select(0, rows.Places(order));
    }

    /// <param name="copy">Its place in the step: a row may stand there several times, each time as another copy.</param>
    private static float[] Altered(Augmenter? how, float[] features, int row, int step, int copy) => how?.Alter(features, row, step, copy) ?? features;
}
