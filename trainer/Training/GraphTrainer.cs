using ParquetPool.Contract;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Operators;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Torch;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ParquetPool.Trainer.Training;

/// <summary>A graph that learns by a loss that others compute with it. Not for two threads at a time.</summary>
/// <remarks>What it predicts it predicts in tiles of one fixed number of rows, for rounding may depend on it.</remarks>
internal sealed class GraphTrainer : IDisposable
{
    private readonly TorchNetwork network;
    private readonly TrainingSession session;
    private readonly InputBuffers buffers;
    private readonly int mostRows;

    /// <param name="parameters">The initializers that learn.</param>
    /// <param name="inputs">The graph's, in the order of the joined features.</param>
    /// <param name="mostRows">Of a step, and those of a tile.</param>
    /// <param name="options">Of them the seed, the device, the steps, and the model that a part of the parameters came with.</param>
    /// <param name="given">That part; null for none.</param>
    public GraphTrainer(ModelProto forward, IReadOnlyList<string> parameters, IReadOnlyList<ModelInput> inputs, int mostRows, TrainOptions options, IReadOnlyCollection<string>? given = null)
    {
        this.mostRows = mostRows;
        network = new TorchNetwork(forward, parameters, device: options.Device);
        session = new TrainingSession(network, new Dictionary<string, Tensor>(), options, given);
        buffers = new InputBuffers(inputs, mostRows, TorchLibrary.Use(options.Device));
    }

    /// <summary>A network of layers.</summary>
    public GraphTrainer(Network network, int mostRows, TrainOptions options)
        : this(network.Forward, network.Parameters, network.Inputs, mostRows, options)
    {
    }

    /// <summary>Steps taken.</summary>
    public int Steps => session.Steps;

    /// <summary>A copy of all weights and running statistics.</summary>
    public IReadOnlyDictionary<string, float[]> Weights => network.State();

    /// <summary>Rows by input.</summary>
    /// <param name="features">[row][feature], joined.</param>
    public Dictionary<string, Tensor> Inputs(IReadOnlyList<float[]> features)
    {
        foreach (var (place, row) in features.Index())
        {
            buffers.Fill(place, row);
        }
        return buffers.Tensors(features.Count);
    }

    /// <summary>Other numbers, where the graph runs.</summary>
    public Tensor Tensor(ReadOnlySpan<float> values, params ReadOnlySpan<long> dims) => buffers.Tensor(values, dims);

    /// <summary>Places of rows, where the graph runs.</summary>
    public Tensor Places(ReadOnlySpan<long> places) => buffers.Places(places);

    /// <summary>See <see cref="TorchNetwork.Forward"/>.</summary>
    public Tensor[] Forward(IReadOnlyDictionary<string, Tensor> inputs, IReadOnlyList<string> outputs, Pass pass) => network.Forward(inputs, outputs, pass);

    /// <summary>One step.</summary>
    /// <returns>The loss before it.</returns>
    public double Step(Func<Pass, Tensor> loss, float rate) => session.Step(loss, rate);

    /// <summary>See <see cref="TrainingSession.Step(IReadOnlyList{Func{Pass, Tensor}}, float)"/>.</summary>
    public double Step(IReadOnlyList<Func<Pass, Tensor>> parts, float rate) => session.Step(parts, rate);

    /// <summary>The averages by which it predicts; null where there are none.</summary>
    public IReadOnlyDictionary<string, float[]>? Averages => session.Averages;

    /// <summary>See <see cref="TrainingSession.AverageFromHere"/>.</summary>
    public void AverageFromHere() => session.AverageFromHere();

    /// <summary>[row, element] of an output, nothing learnt and nothing dropped.</summary>
    public float[] Predict(IReadOnlyList<float[]> rows, string output)
    {
        var found = new List<float>();
        Predict(rows, [output], (_, count, values) =>
        {
            var numbers = TensorConversion.ToArray<float>(values[0]);
            found.AddRange(numbers.AsSpan(0, numbers.Length / mostRows * count));
        });
        return [.. found];
    }

    /// <summary>Shows values of the graph tile by tile, nothing learnt and nothing dropped.</summary>
    /// <param name="found">Given the first row, how many rows there are, and the values, which have more: the rows are repeated to fill the tile.</param>
    public void Predict(IReadOnlyList<float[]> rows, IReadOnlyList<string> outputs, Action<int, int, Tensor[]> found) => session.Predict(pass =>
    {
        for (var start = 0; start < rows.Count; start += mostRows)
        {
            using var scope = torch.NewDisposeScope();
            var count = Math.Min(mostRows, rows.Count - start);
            float[][] tile = [.. Enumerable.Range(0, mostRows).Select(i => rows[start + (i % count)])];
            found(start, count, network.Forward(Inputs(tile), outputs, pass));
        }
    });

    /// <summary>All that it needs to go on from here.</summary>
    public TrainingState Snapshot(int epochs) => session.Snapshot(epochs);

    /// <summary>Goes on from <paramref name="state"/>.</summary>
    public void Resume(TrainingState state) => session.Resume(state);

    /// <inheritdoc/>
    public void Dispose()
    {
        session.Dispose();
        network.Dispose();
    }
}
