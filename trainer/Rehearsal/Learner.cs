using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>A model that goes on learning as labels come in: weights and the optimiser's state stay.</summary>
/// <remarks>The rate rises over the first epochs and then stays, for nobody knows how many labels will come. Not for two threads at a time.</remarks>
internal sealed class Learner : IDisposable
{
    private const float WeightDecay = 0.01f;
    private const double WarmupShare = 0.05;

    private readonly Network network;
    private readonly Classifier classifier;
    private readonly TrainOptions options;
    private int epochs;

    public Learner(IReadOnlyList<VectorColumn> columns, int classes, Standardisation standardisation, TrainOptions options)
    {
        this.options = options;
        network = NetworkBuilder.Build(options.Network, columns, classes, standardisation, options.Seed);
        classifier = new Classifier(network, [.. Enumerable.Repeat(1f, classes)], new AdamW(WeightDecay: WeightDecay), options);
    }

    public IReadOnlyList<ModelInput> Inputs => network.Inputs;

    /// <summary>The model as it is now, as a package that lies nowhere.</summary>
    public ModelPackage Package() => new("the rehearsed model", TrainRun.With(network.Forward, classifier.Weights()), Sha256: "", Manifest: null);

    /// <summary>Passes over all labels there are.</summary>
    /// <param name="rows">In any order; shuffled for each pass.</param>
    /// <param name="passes">How often.</param>
    /// <param name="stopping">Looked at before each step.</param>
    /// <exception cref="DataException">The training diverged.</exception>
    public void Learn(IReadOnlyList<LabelledRow> rows, int passes, CancellationToken stopping)
    {
        var warmup = Math.Max(1, (int)(WarmupShare * options.EpochsFor(rows.Count) * BatchPlan.Count(rows.Count, options.BatchRows)));
        for (var pass = 0; pass < passes; pass++)
        {
            var loss = 0.0;
            foreach (var batch in BatchPlan.Epoch(rows.Count, options.BatchRows, options.Seed, ++epochs))
            {
                stopping.ThrowIfCancellationRequested();
                loss += classifier.Step(rows, batch, options.LearningRate * Math.Min(1, (classifier.Steps + 1f) / warmup));
            }
            if (!double.IsFinite(loss))
            {
                throw new DataException($"the training diverged in epoch {epochs} (loss {loss}): use a lower --learning-rate than {options.LearningRate}");
            }
        }
    }

    public void Dispose() => classifier.Dispose();
}
