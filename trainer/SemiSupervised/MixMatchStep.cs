using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;
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

    private readonly JointRows rows;
    private readonly bool looksAgain;
    private readonly Mixing? mixing;
    private readonly long[] order;
    private readonly int steps;

    /// <param name="mixes">Whether rows and targets are mixed.</param>
    /// <param name="steps">Of the training: the ramp's length.</param>
    public MixMatchStep(Network network, TrainingSet set, IReadOnlyList<LabelledRow> unlabelled, TrainOptions options, bool mixes, int steps)
    {
        this.steps = steps;
        rows = new JointRows(network, set, unlabelled, options, 1 + Copies);
        looksAgain = options.Augment.Strength > AugmentStrength.Light;
        mixing = mixes ? new Mixing(options.Seed) : null;
        order = Interleaving.Order(1 + Copies, rows.Size);
    }

    /// <summary>λ_U of a step, which rises evenly from 0.</summary>
    public static double WeightAt(int step, int steps) => Weight * Math.Min(1, (double)step / steps);

    /// <summary>Takes one.</summary>
    public JointLosses Take(Classifier classifier, float rate)
    {
        var (size, step) = (rows.Size, classifier.Steps);
        var (own, other) = (rows.NextLabelled(), rows.NextUnlabelled(size));
        int[] copies = [.. other, .. other];
        var features = rows.Altered(own, copies, step);
        var guessed = looksAgain ? rows.AlteredLightly(copies, step, size) : features[size..];
        var (labelled, missed) = (0.0, 0.0);
        var total = classifier.Step(
            (network, pass) =>
            {
                float[][] guesses = [.. TensorConversion.ToArray<float>(Guesses.Sharpened(rows.Layout.Targets(rows.Guessed(network, guessed, Copies)), Temperature)).Chunk(rows.Classes)];
                float[][] targets = [.. rows.Labels(own), .. guesses, .. guesses];
                mixing?.Mix(features, targets, step);
                var logits = Logits(network, features, pass);
                var wanted = rows.Layout.Targets(targets);
                var ofLabels = rows.OfLabels(logits, wanted, targets);
                var ofGuesses = Guesses.Missed(logits.narrow(0, size, Copies * size), wanted.narrow(0, size, Copies * size));
                (labelled, missed) = (TensorConversion.ToArray<float>(ofLabels)[0], TensorConversion.ToArray<float>(ofGuesses)[0]);
                return ofLabels.Plus(ofGuesses.mul(Scalars.Of(WeightAt(step, steps))));
            },
            rate);
        return new JointLosses(total, labelled, missed);
    }

    /// <summary>Batch by batch, interleaved; only the first one moves running statistics. Each batch drops other units.</summary>
    private Tensor Logits(TorchNetwork network, float[][] features, Pass pass)
    {
        var parts = new List<Tensor>();
        for (var part = 0; part <= Copies; part++)
        {
            var dealt = order.AsSpan(part * rows.Size, rows.Size).ToArray().Select(place => features[place]).ToArray();
            parts.Add(network.Forward(rows.Layout.Inputs(dealt), [Network.Logits], pass with { Step = (pass.Step * (1 + Copies)) + part, KeepsStatistics = part > 0 })[0]);
        }
        return torch.cat(parts, 0).index_select(0, rows.Layout.Places(order));
    }
}
