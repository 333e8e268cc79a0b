using System.Numerics.Tensors;
using ParquetPool.Contract;
using ParquetPool.Scorer.Strategies;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.SemiSupervised;

/// <summary>Trains a network together with a generative model of rows some of whose classes nobody has labelled. The network, q(y|x), is what is published.</summary>
/// <remarks>It starts from clusters: of what a pre-trained network makes of rows, or of standardised features where the network is not pre-trained.</remarks>
internal static class GenerativeRun
{
    /// <summary>Trains; where labels were given to measure by, the other of GM-DGM and M2 too.</summary>
    /// <exception cref="Errors.DataException">No cluster is short of labels, or no label to measure by is of a hidden class.</exception>
    public static TrainedNetwork Execute(
        TrainingSet set, UnlabelledRows unlabelled, TrainOptions options, SemiSupervisedOptions learning, Action<Epoch>? ended, Standardisation? standardisation, CancellationToken stopping)
    {
        var count = learning.HiddenClasses!.Value;
        var wide = HiddenClasses.In(set, count);
        standardisation ??= Standardisation.Of(
            [.. set.Training.Concat(unlabelled.Rows).Select(row => row.Features)], NetworkBuilder.Image(options.Network, set.Columns) is [_, var h, var w] ? h * w : 1);
        var first = TrainRun.Build(wide, options, standardisation);
        learning.Check(first);
        var measured = HiddenClasses.Measured(set, unlabelled);
        var starts = Starts();
        var trained = Trained(learning.Method);
        var found = new ModelHidden([.. wide.Classes.Skip(set.Classes.Count)]);
        if (measured.Length > 0)
        {
            var other = learning.Method == LearningMethod.M2 ? LearningMethod.GmDgm : LearningMethod.M2;
            found = found with
            {
                Measured = [Score(learning.Name, Predicted(trained)), Score((learning with { Method = other }).Name, Predicted(Trained(other))), Score("clusters", starts)],
            };
        }
        return trained with
        {
            Unlabelled = new ModelUnlabelled(unlabelled.Rows.Count) { Hidden = found },
            Recipe = new Dictionary<string, string>(trained.Recipe)
            {
                [Recipe.Learning] = Recipe.Text($"{learning.Name}, {count} classes without labels: z of {GenerativeGraph.Latents}, the bound weighs {GenerativeStep.Weight} a feature, clusters say the classes in the first {GenerativeStep.StartShare:P0} of the steps"),
            },
        };

        TrainedNetwork Trained(LearningMethod method)
        {
            var network = TrainRun.Build(wide, options, standardisation);
            var graph = GenerativeGraph.Of(network, standardisation.Mean.Length, wide.Classes.Count, method == LearningMethod.GmDgm, options.Seed);
            using var classifier = new Classifier(graph, wide.Classes.Count, options);
            var step = new GenerativeStep(network, new GenerativeData(wide, unlabelled.Rows, starts, standardisation), options, method == LearningMethod.GmDgm, JointTraining.Steps(options, set.Training.Count));
            return JointTraining.Learn(new Trainee(network, classifier, wide, options), rate => step.Take(classifier, rate), ended, stopping);
        }

        int[] Starts()
        {
            using var classifier = options.FirstWeights is null ? null : new Classifier(first, wide.Classes.Count, options);
            return ClusterStart.Of(set, unlabelled.Rows, count, rows => classifier is null ? Standardised(rows, standardisation) : new Points(classifier.Predictions(rows, [Network.Embedding])[0], first.EmbeddingWidth), options.Seed);
        }

        int[] Predicted(TrainedNetwork of)
        {
            using var classifier = new Classifier(of.Network, wide.Classes.Count, options);
            return [.. classifier.Logits(unlabelled.Rows).Chunk(wide.Classes.Count).Select(logits => TensorPrimitives.IndexOfMax(logits))];
        }

        ModelHiddenScore Score(string method, int[] predicted)
        {
            var (classes, labels) = (measured.Select(row => predicted[row]).ToArray(), measured.Select(row => unlabelled.Labels[unlabelled.Rows[row].Id]).ToArray());
            return new ModelHiddenScore(
                method, labels.Count(label => !set.Classes.Contains(label)), HiddenClasses.Accuracy(classes, labels, set.Classes, count), HiddenClasses.KnownAccuracy(classes, labels, set.Classes));
        }
    }

    private static Points Standardised(IReadOnlyList<LabelledRow> rows, Standardisation standardisation) => new(standardisation.Apply([.. rows.Select(row => row.Features)]), standardisation.Mean.Length);
}
