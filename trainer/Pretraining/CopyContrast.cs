using ParquetPool.Graphs;
using ParquetPool.Trainer.Augmentation;
using ParquetPool.Trainer.Embedding;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Losses;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Training;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Pretraining;

/// <summary>The layers, and behind them two that are thrown away, learn which altered copies are of one row: Chen et al. 2020 (SimCLR), by the ladder of <c>--augment</c>.</summary>
internal sealed class CopyContrast : IPretext
{
    private const string Projection = "projection";
    private const int HiddenUnits = 128;
    private const int Units = 64;
    private const float Temperature = 0.5f;

    /// <summary>No step has this number: copies that are measured are no copies that were learnt from.</summary>
    private const int MeasuredStep = int.MaxValue;

    private readonly PretrainData data;
    private readonly Augmenter augmenter;
    private readonly GraphTrainer trainer;

    /// <exception cref="Errors.UsageException">The rows are token ids, of which no copy can be altered.</exception>
    public CopyContrast(PretrainData data, BodyPlan plan, int batchRows, PretrainRequest request)
    {
        this.data = data;
        augmenter = Augmenter.Of(request.Augment, plan.Body, data.Training, request.Seed)!;
        var graph = new GraphBuilder(plan.Body.Forward);
        var layers = new LayerWriter(graph, new Initialiser(request.Seed, plan.Body.Parameters.Count), trainingMode: "");
        layers.Start(Network.Embedding, plan.Body.EmbeddingWidth);
        layers.Add(new Dense(HiddenUnits));
        layers.Add(new Dense(Units, ActivationKind.None));
        graph.Output(graph.Normalise(layers.Value), Projection, DataType.Float, -1, Units);
        trainer = new GraphTrainer(graph.Model, [.. plan.Body.Parameters, .. layers.Parameters], plan.Body.Inputs, 2 * batchRows, new() { Seed = request.Seed, Device = request.Device });
    }

    /// <inheritdoc/>
    public int Steps => trainer.Steps;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, float[]> Weights => trainer.Weights;

    /// <inheritdoc/>
    public double Step(ArraySegment<int> rows, float rate)
    {
        var (copies, step) = (new float[2 * rows.Count][], trainer.Steps);
        Parallel.For(0, copies.Length, i => copies[i] = augmenter.Alter(data.Training[rows[i / 2]], rows[i / 2], step, i % 2));
        long[] partners = [.. Enumerable.Range(0, copies.Length).Select(row => (long)row ^ 1)];
        return trainer.Step(pass => NtXent.Of(trainer.Forward(trainer.Inputs(copies), [Projection], pass)[0], trainer.Places(partners), Temperature), rate);
    }

    /// <inheritdoc/>
    public PretextScore Measure()
    {
        var copies = new float[data.Measured.Count][];
        Parallel.For(0, copies.Length, row => copies[row] = augmenter.Alter(data.Measured[row], row, MeasuredStep));
        var score = CopyScore.Of(trainer.Predict(copies, Projection), trainer.Predict(data.Measured, Projection), Units);
        return new PretextScore(score.Loss, score.Found);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TrainingState> Snapshot(int epochs) => [trainer.Snapshot(epochs)];

    /// <inheritdoc/>
    public void Resume(IReadOnlyList<TrainingState> states) => trainer.Resume(states[0]);

    /// <inheritdoc/>
    public void Dispose() => trainer.Dispose();
}
