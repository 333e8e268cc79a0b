using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Differentiation;

namespace ParquetPool.Trainer.Training;

/// <summary>Runs a training graph step by step. Not for two threads at a time.</summary>
/// <remarks>
/// Every tensor lies in pinned memory that is bound once per row count. The same graph, seed, threads and sequence of calls give the same
/// bytes. More threads may change the rounding: ONNX Runtime divides the columns of a matrix product among them, and how far it sums
/// before it rounds to memory depends on the columns of a part.
/// </remarks>
public sealed class TrainingSession : IDisposable
{
    private readonly TrainingGraph graph;
    private readonly Optimiser optimiser;
    private readonly int maxBatch;
    private readonly ulong seed;
    private readonly ModelSession training;
    private readonly Lazy<ModelSession> evaluation;
    private readonly ParameterStore parameters;
    private readonly Dictionary<string, TensorBuffer> inputs;
    private readonly Dictionary<string, TensorBuffer> running;
    private readonly List<TensorBuffer> owned = [];
    private readonly RowRuns trainingRuns;
    private readonly RowRuns evaluationRuns;
    private int steps;

    /// <summary>Loads the graph and copies the forward model's parameters.</summary>
    /// <param name="graph">What to train.</param>
    /// <param name="optimiser">How a gradient changes a parameter.</param>
    /// <param name="maxBatch">The most rows of a step; buffers are made for as many.</param>
    /// <param name="seed">Decides the dropout masks.</param>
    /// <param name="threads">Threads inside one operation.</param>
    public TrainingSession(TrainingGraph graph, Optimiser optimiser, int maxBatch, ulong seed, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBatch, 1);
        (this.graph, this.optimiser, this.maxBatch, this.seed) = (graph, optimiser, maxBatch, seed);
        training = new ModelSession(graph.Model, new SessionSettings(Threads: threads));
        evaluation = new(() => new ModelSession(graph.Evaluation, new SessionSettings(Threads: threads)));
        parameters = new ParameterStore(graph, optimiser);
        running = graph.Statistics.Select(s => s.Name).Distinct().ToDictionary(n => n, n => Filled(graph.Initial[n]));
        inputs = ModelFile.FeatureInputs(graph.Model).Where(v => !parameters.Values.ContainsKey(v.Name)).ToDictionary(v => v.Name, v => Sized(graph.Shapes[v.Name]));
        trainingRuns = new RowRuns(() => training, graph.Shapes, inputs, parameters.Values, Outputs(graph.Model, parameters.Gradients));
        evaluationRuns = new RowRuns(
            () => evaluation.Value,
            graph.Shapes,
            ModelFile.FeatureInputs(graph.Evaluation).Where(v => inputs.ContainsKey(v.Name)).ToDictionary(v => v.Name, v => inputs[v.Name]),
            parameters.Values.Concat(running).ToDictionary(),
            Outputs(graph.Evaluation, new Dictionary<string, TensorBuffer>()));
    }

    /// <summary>The number of steps taken.</summary>
    public int Steps => steps;

    /// <summary>The buffer of a feature, target or weight input, [maxBatch, ...] row-major; the caller fills the first rows.</summary>
    public Span<float> Input(string name) => inputs.TryGetValue(name, out var buffer)
        ? buffer.Span
        : throw new ArgumentException($"no input '{name}', expected one of {string.Join(", ", inputs.Keys)}", nameof(name));

    /// <summary>One step on the first <paramref name="rows"/> rows of the inputs: forward, backward, optimiser, running statistics.</summary>
    /// <returns>The loss before the step; NaN or infinite where training diverged.</returns>
    public double Step(int rows, float learningRate)
    {
        Check(rows);
        for (var site = 0; site < graph.Masks.Count; site++)
        {
            var mask = graph.Masks[site];
            var buffer = trainingRuns.Input(mask.Input, rows);
            MaskSource.Fill(seed, (uint)steps, (uint)site, mask.Ratio, buffer);
        }
        trainingRuns.Run(rows);
        steps++;
        parameters.Update(optimiser, learningRate, steps);
        foreach (var statistic in graph.Statistics)
        {
            Follow(running[statistic.Name].Span, trainingRuns.Output(statistic.Output, rows), statistic.Momentum);
        }
        return trainingRuns.Output(graph.Loss, rows)[0];
    }

    /// <summary>The loss of the first <paramref name="rows"/> rows as the model predicts: no dropout, running statistics, nothing learned.</summary>
    public double Evaluate(int rows)
    {
        Check(rows);
        evaluationRuns.Run(rows);
        return evaluationRuns.Output(graph.Loss, rows)[0];
    }

    /// <summary>An output of the forward model as of the last <see cref="Evaluate"/> with this many rows.</summary>
    public ReadOnlySpan<float> Prediction(string output, int rows) => evaluationRuns.Output(output, rows);

    /// <summary>An output of the training graph as of the last <see cref="Step"/> with this many rows: a gradient, say.</summary>
    public ReadOnlySpan<float> Result(string output, int rows) => trainingRuns.Output(output, rows);

    /// <summary>The values of a parameter or running statistic, which the next step reads.</summary>
    public Span<float> Parameter(string name) =>
        parameters.Values.TryGetValue(name, out var value) ? value.Span
        : running.TryGetValue(name, out value) ? value.Span
        : throw new ArgumentException($"no parameter '{name}'", nameof(name));

    /// <summary>A copy of parameters and running statistics.</summary>
    public IReadOnlyDictionary<string, float[]> State() =>
        parameters.Values.Concat(running).ToDictionary(p => p.Key, p => p.Value.Span.ToArray());

    /// <summary>Takes back what <see cref="State"/> gave; the optimiser's state and the step count stay.</summary>
    public void Restore(IReadOnlyDictionary<string, float[]> state)
    {
        foreach (var (name, values) in state)
        {
            values.CopyTo(Parameter(name));
        }
    }

    /// <summary>All that a session of the same graph needs to go on from here.</summary>
    /// <param name="epochs">For the state.</param>
    public TrainingState Snapshot(int epochs)
    {
        var (first, second) = parameters.Moments();
        return new TrainingState(State(), first, second, steps, epochs);
    }

    /// <summary>Goes on from <paramref name="state"/>; what this session does not learn is left alone.</summary>
    public void Resume(TrainingState state)
    {
        foreach (var (name, values) in state.Values.Where(v => parameters.Values.ContainsKey(v.Key) || running.ContainsKey(v.Key)))
        {
            values.CopyTo(Parameter(name));
        }
        parameters.Restore(state.First, state.Second);
        steps = state.Steps;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        trainingRuns.Dispose();
        evaluationRuns.Dispose();
        foreach (var buffer in owned)
        {
            buffer.Dispose();
        }
        parameters.Dispose();
        training.Dispose();
        if (evaluation.IsValueCreated)
        {
            evaluation.Value.Dispose();
        }
    }

    private static void Follow(Span<float> running, ReadOnlySpan<float> batch, float momentum)
    {
        for (var i = 0; i < running.Length; i++)
        {
            running[i] = (momentum * running[i]) + ((1 - momentum) * batch[i]);
        }
    }

    /// <summary>A buffer for each output of <paramref name="model"/>, those in <paramref name="given"/> among them.</summary>
    private Dictionary<string, TensorBuffer> Outputs(ModelProto model, IReadOnlyDictionary<string, TensorBuffer> given) =>
        model.Graph.Output.Select(o => o.Name).ToDictionary(o => o, o => given.GetValueOrDefault(o) ?? Sized(graph.Shapes[o]));

    private TensorBuffer Sized(long[] dims)
    {
        var buffer = TensorBuffer.Floats([.. dims.Select(d => d < 0 ? -d * maxBatch : d)]);
        owned.Add(buffer);
        return buffer;
    }

    private TensorBuffer Filled(TensorProto tensor)
    {
        var buffer = Sized([.. tensor.Dims]);
        Tensors.ToFloats(tensor).CopyTo(buffer.Span);
        return buffer;
    }

    private void Check(int rows)
    {
        if (rows < 1 || rows > maxBatch)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"expected 1 to {maxBatch} rows");
        }
    }
}
