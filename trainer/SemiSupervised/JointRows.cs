using ParquetPool.Randomness;
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

/// <summary>What FixMatch and MixMatch share: a step's rows with labels and without, their altered copies, and what the network guesses of copies. Not for two threads at a time.</summary>
/// <param name="batches">Batches of a step, labelled and other ones.</param>
internal sealed class JointRows(Network network, TrainingSet set, IReadOnlyList<LabelledRow> unlabelled, TrainOptions options, int batches)
{
    private readonly Augmenter? augmenter = Augmenter.Of(options.Augment, network, [.. set.Training.Select(r => r.Features)], options.Seed);
    private readonly Augmenter? lightly = Augmenter.Of(options.Augment.NoStrongerThan(AugmentStrength.Light), network, [.. set.Training.Select(r => r.Features)], options.Seed);
    private readonly Alignment alignment = new(set.Training.Select(r => r.Class), set.Classes.Count);
    private readonly CrossEntropy crossEntropy = new(options.Loss.LabelSmoothing, options.Loss.Focal);
    private readonly RowCycle ofLabelled = new(set.Training.Count, options.Seed, Purpose.JointOrder);
    private readonly RowCycle ofUnlabelled = new(unlabelled.Count, options.Seed, Purpose.UnlabelledOrder);

    public StepRows Layout { get; } = new(network, set, options, batches);

    /// <summary>Rows of a batch.</summary>
    public int Size => Layout.Size;

    public int Classes => set.Classes.Count;

    /// <summary>The places of a batch's rows with labels.</summary>
    public int[] NextLabelled() => ofLabelled.Next(Size);

    /// <summary>The places of so many rows without.</summary>
    public int[] NextUnlabelled(int count) => ofUnlabelled.Next(count);

    /// <summary>[row][class]: the labels.</summary>
    public IEnumerable<float[]> Labels(int[] labelled) => labelled.Select(place => Layout.OneHot(set.Training[place].Class));

    /// <summary>A copy of each row, those with labels first, as the network learns from it.</summary>
    public float[][] Altered(int[] labelled, int[] others, int step) => StepRows.InParallel(labelled.Length + others.Length, i => i < labelled.Length
        ? Altered(augmenter, set.Training[labelled[i]].Features, labelled[i], step, i)
        : Altered(augmenter, unlabelled[others[i - labelled.Length]].Features, others[i - labelled.Length], step, i));

    /// <summary>A copy of each row without a label, as it is guessed by.</summary>
    /// <param name="first">The first one's place in the step.</param>
    public float[][] AlteredLightly(int[] others, int step, int first) =>
        StepRows.InParallel(others.Length, i => Altered(lightly, unlabelled[others[i]].Features, others[i], step, first + i));

    /// <summary>The weighted mean loss of the rows with labels, which stand first.</summary>
    /// <param name="wanted">[row, class], as tensors; <paramref name="targets"/> are the same.</param>
    public Tensor OfLabels(Tensor logits, Tensor wanted, float[][] targets) =>
        Means.Weighted(Of(logits, wanted, 0, Size), Layout.Weights(targets.AsSpan(0, Size)));

    /// <summary>[row]: the cross-entropy of some rows.</summary>
    public Tensor Of(Tensor logits, Tensor wanted, int first, int count) => crossEntropy.Of(logits.narrow(0, first, count), wanted.narrow(0, first, count));

    /// <summary>What the network predicts of copies, dropout off, over their views, aligned: [row][class]. No gradient passes.</summary>
    /// <param name="views">Copies of each row, one round of rows after another: their mean is aligned.</param>
    public float[][] Guessed(TorchNetwork network, ReadOnlySpan<float[]> copies, int views)
    {
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        var predicted = torch.nn.functional.softmax(network.Forward(Layout.Inputs(copies), [Network.Logits], default)[0], dim: -1);
        var rows = copies.Length / views;
        var mean = predicted.narrow(0, 0, rows);
        for (var view = 1; view < views; view++)
        {
            mean = mean.Plus(predicted.narrow(0, view * rows, rows));
        }
        return alignment.Of([.. TensorConversion.ToArray<float>(views == 1 ? mean : mean.div(Scalars.Of(views))).Chunk(Classes)]);
    }

    /// <param name="copy">Its place in the step: a row may stand there several times, each time as another copy.</param>
    private static float[] Altered(Augmenter? how, float[] features, int row, int step, int copy) => how?.Alter(features, row, step, copy) ?? features;
}
