using ParquetPool.Randomness;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Torch;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Steps of a deep generative model some of whose classes have no labels (Willetts et al. 2019), or of M2 (Kingma et al. 2014). Not for two threads at a time.</summary>
/// <remarks>
/// First, rows without labels are of the classes that clusters say. Then each is tried as every class, exactly, weighed by q(y|x). The prior of classes is even. The loss is the
/// cross-entropy of the labels less <see cref="Weight"/> times the bound a feature; noise is shared by all tries of a row.
/// </remarks>
internal sealed class GenerativeStep
{
    /// <summary>What the bound, divided by the number of features, counts beside the cross-entropy.</summary>
    public const double Weight = 100;

    /// <summary>The share of the steps in which the clusters say what rows are: after more of them q(y|x) is too sure to be moved.</summary>
    public const double StartShare = 0.1;

    private const int Share = 2;

    /// <summary>Tries of a step: bounds its memory and time where there are many classes.</summary>
    private const int MostTries = 2560;

    private readonly JointRows rows;
    private readonly int[] starts;
    private readonly int[] started;
    private readonly RowCycle ofStarted;
    private readonly bool mixture;
    private readonly ulong seed;
    private readonly int startSteps;
    private readonly int drawn;
    private readonly int width;
    private readonly Standardisation standardisation;
    private readonly Func<int, int> labelOf;

    /// <param name="mixture">See <see cref="GenerativeGraph.Of"/>.</param>
    /// <param name="steps">Of the training.</param>
    public GenerativeStep(Network network, GenerativeData data, TrainOptions options, bool mixture, int steps)
    {
        var set = data.Set;
        (starts, standardisation, this.mixture, seed) = (data.Starts, data.Standardisation, mixture, options.Seed);
        rows = new JointRows(network, set, data.Unlabelled, options, 1 + Share);
        started = [.. Enumerable.Range(0, starts.Length).Where(row => starts[row] >= 0)];
        ofStarted = new RowCycle(started.Length, seed, Purpose.StartOrder);
        startSteps = (int)(steps * StartShare);
        drawn = Math.Clamp(MostTries / set.Classes.Count, 1, Share * rows.Size);
        width = standardisation.Mean.Length;
        labelOf = place => set.Training[place].Class;
    }

    /// <summary>Takes one.</summary>
    public JointLosses Take(Classifier classifier, float rate)
    {
        var (size, step) = (rows.Size, classifier.Steps);
        var starting = step < startSteps;
        var own = rows.NextLabelled();
        int[] other = starting ? [.. ofStarted.Next(Share * size).Select(at => started[at])] : rows.NextUnlabelled(drawn);
        var features = rows.Altered(own, other, step);
        int[] classes = [.. own.Select(labelOf), .. starting ? other.Select(row => starts[row]) : []];
        float[][] targets = [.. classes.Select(rows.Layout.OneHot)];
        var (labelled, missed) = (0.0, 0.0);
        var total = classifier.Step(
            (network, pass) =>
            {
                var logits = network.Forward(rows.Layout.Inputs(features), [Network.Logits], pass)[0];
                var wanted = rows.Layout.Targets(targets);
                var ofLabels = rows.OfLabels(logits, wanted, targets);
                var noise = Noise(features.Length, step);
                var values = Standardised(features);
                var known = Bounds(network, pass, values.narrow(0, 0, classes.Length), noise.narrow(0, 0, classes.Length), [.. Enumerable.Range(0, classes.Length)], classes);
                var ofOwn = known.narrow(0, 0, size).mean();
                Tensor ofOther;
                if (starting)
                {
                    ofLabels = ofLabels.Plus(rows.Of(logits, wanted, size, other.Length).mean());
                    ofOther = known.narrow(0, size, other.Length).mean();
                }
                else
                {
                    int[] all = [.. Enumerable.Range(0, drawn * rows.Classes)];
                    var bounds = Bounds(
                        network, pass, values.narrow(0, size, drawn), noise.narrow(0, size, drawn), Array.ConvertAll(all, i => (long)(i / rows.Classes)), Array.ConvertAll(all, i => i % rows.Classes));
                    ofOther = Elbo.OverClasses(bounds.reshape(drawn, rows.Classes), logits.narrow(0, size, drawn)).mean();
                }
                (labelled, missed) = (TensorConversion.ToArray<float>(ofLabels)[0], -TensorConversion.ToArray<float>(ofOther)[0]);
                return ofLabels.sub(ofOwn.Plus(ofOther).mul(Scalars.Of(Weight / width)));
            },
            rate);
        return new JointLosses(total, labelled, missed);
    }

    private Tensor Bounds(TorchNetwork network, Pass pass, Tensor values, Tensor noise, long[] places, int[] classes) =>
        GenerativeBound.Of(network, pass, values, noise, rows.Layout.Places(places), rows.Layout.Targets([.. classes.Select(rows.Layout.OneHot)]), mixture);

    private Tensor Standardised(float[][] features) => rows.Layout.Numbers(standardisation.Apply(features), features.Length, width);

    private Tensor Noise(int count, int step)
    {
        var draws = new PhiloxStream(seed, Purpose.LatentNoise, (uint)step);
        return rows.Layout.Numbers([.. Enumerable.Range(0, count * GenerativeGraph.Latents).Select(_ => (float)draws.Normal())], count, GenerativeGraph.Latents);
    }
}

/// <summary>What a generative model learns from.</summary>
/// <param name="Set">With the hidden classes.</param>
/// <param name="Starts">[row of <paramref name="Unlabelled"/>]: see <see cref="ClusterStart"/>.</param>
internal sealed record GenerativeData(TrainingSet Set, IReadOnlyList<LabelledRow> Unlabelled, int[] Starts, Standardisation Standardisation);
