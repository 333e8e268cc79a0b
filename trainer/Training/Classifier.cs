using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Training;

/// <summary>A network in training: takes labelled rows, steps, predicts. Not for two threads at a time.</summary>
internal sealed class Classifier : IDisposable
{
    internal const float WeightDecay = 0.01f;

    /// <summary>
    /// Where log σ² of a head stops: as its loss goes to 0, so does the best σ², and 1 / σ² would let the head drown the others.
    /// </summary>
    private const float LogVarianceLimit = 4;

    private static readonly AdamW Optimiser = new(WeightDecay: WeightDecay);

    private readonly Network network;
    private readonly ClassifierGraph graph;
    private readonly TrainingSession session;
    private readonly int classes;
    private readonly int tileRows;

    /// <param name="network">With its first weights.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="options">Batch and seed.</param>
    /// <param name="freezeBatchNorm">Whether batch normalisations use their running statistics and do not learn.</param>
    public Classifier(Network network, int classes, TrainOptions options, bool freezeBatchNorm = false)
    {
        (this.network, this.classes, tileRows) = (network, classes, options.BatchRows);
        graph = ClassifierGraph.Of(network, classes, freezeBatchNorm);
        session = new TrainingSession(graph.Graph, Optimiser, options.Batches.MostRows, options.Seed, options.Threads);
    }

    public int Steps => session.Steps;

    /// <summary>One step on the given rows, as many as a batch has at most.</summary>
    /// <param name="classWeights">[class]; what a row of the class counts in the loss.</param>
    /// <returns>The loss before the step, in nats.</returns>
    public double Step(IReadOnlyList<LabelledRow> rows, ArraySegment<int> batch, float[] classWeights, float learningRate)
    {
        var targets = session.Input(graph.Targets)[..(batch.Count * classes)];
        var weights = session.Input(graph.RowWeights);
        targets.Clear();
        for (var i = 0; i < batch.Count; i++)
        {
            var row = rows[batch[i]];
            row.Fill(network.Inputs, session.Input, i);
            targets[(i * classes) + row.Class] = 1;
            weights[i] = classWeights[row.Class];
        }
        var loss = session.Step(batch.Count, learningRate);
        foreach (ref var deviation in Deviations)
        {
            deviation = Math.Clamp(deviation, -LogVarianceLimit / ClassifierGraph.DeviationScale, LogVarianceLimit / ClassifierGraph.DeviationScale);
        }
        return loss;
    }

    /// <summary>Whether the gradient of the loss prediction reaches the network, as long as nothing else is said.</summary>
    public void ShapeByPredictedLoss(bool shapes)
    {
        if (graph.TrunkGate is { } gate)
        {
            session.Input(gate)[0] = shapes ? 1 : 0;
        }
    }

    /// <summary>σ by whose square each head's loss is divided, [head]; empty with one head.</summary>
    public double[] Sigmas => [.. Deviations.ToArray().Select(d => Math.Exp(d * ClassifierGraph.DeviationScale / 2))];

    /// <summary>The logits of <paramref name="rows"/>, [row, class], dropout off.</summary>
    /// <remarks>In tiles of one fixed size: rounding may depend on the number of rows.</remarks>
    public float[] Logits(IReadOnlyList<LabelledRow> rows) => Predictions(rows, [Network.Logits])[0];

    /// <summary>The same for any outputs, [output][row, element].</summary>
    public float[][] Predictions(IReadOnlyList<LabelledRow> rows, IReadOnlyList<string> outputs)
    {
        int[] widths = [.. outputs.Select(o => (int)graph.Graph.Shapes[o][1])];
        float[][] values = [.. widths.Select(w => new float[rows.Count * w])];
        session.Input(graph.RowWeights).Fill(1);
        for (var start = 0; start < rows.Count; start += tileRows)
        {
            var count = Math.Min(tileRows, rows.Count - start);
            for (var i = 0; i < count; i++)
            {
                rows[start + i].Fill(network.Inputs, session.Input, i);
            }
            session.Evaluate(tileRows);
            foreach (var (i, output) in outputs.Index())
            {
                session.Prediction(output, tileRows)[..(count * widths[i])].CopyTo(values[i].AsSpan(start * widths[i]));
            }
        }
        return values;
    }

    /// <summary>All that a training needs to go on from here.</summary>
    /// <param name="epochs">Epochs taken.</param>
    public TrainingState Snapshot(int epochs) => session.Snapshot(epochs);

    /// <summary>Goes on from <paramref name="state"/>.</summary>
    public void Resume(TrainingState state) => session.Resume(state);

    public void Dispose() => session.Dispose();

    private Span<float> Deviations => graph.Deviations is { } name ? session.Parameter(name) : [];
}
