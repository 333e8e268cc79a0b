using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Pictures;
using ParquetPool.Trainer.LayerWriting;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Libtorch;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Training;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Probing;

/// <summary>A network of some layers that learns from one row to give it back: plain gradient descent with momentum, on the mean square that is missed.</summary>
internal sealed class ProbedNetwork : IDisposable
{
    private const string Given = "given";
    private const string Features = "features";
    private const int Kernel = 5;
    private const int TileRows = 16;
    private const float FirstRate = 0.1f;
    private const float LeastRate = 1e-4f;
    private const double Enough = 1e-5;
    private const int Calm = 20; // Steps: with momentum what is missed swings.
    private const double Diverged = 4;
    private const double Stuck = 0.5;

    private readonly Func<GraphTrainer> make;
    private GraphTrainer trainer;

    /// <param name="width">Numbers of a row.</param>
    /// <param name="image">How they are a picture; needed for convolutions.</param>
    /// <param name="units">Of a hidden layer.</param>
    public ProbedNetwork(ProbeNetwork network, int depth, int width, PictureFormat? image, int units, ulong seed)
    {
        var graph = new GraphBuilder("probe");
        var layers = new LayerWriter(graph, new Initialiser(seed), trainingMode: "");
        layers.Start(graph.Input(Features, DataType.Float, -1, width), width);
        if (network == ProbeNetwork.Cnn)
        {
            layers.Set(graph.Op("Reshape", [layers.Value, graph.Ints(0, image!.Channels, image.Height, image.Width)]), image.Channels, image.Height, image.Width);
        }
        for (var layer = 1; layer <= depth; layer++)
        {
            var (isLast, activation) = (layer == depth, layer == depth ? ActivationKind.None : ActivationKind.Relu);
            layers.Add(network == ProbeNetwork.Cnn ? new Conv(isLast ? image!.Channels : units, Kernel, Activation: activation) : new Dense(isLast ? width : units, activation));
        }
        if (network == ProbeNetwork.Cnn)
        {
            layers.Add(new Flatten());
        }
        graph.Output(layers.Value, Given, DataType.Float, -1, width);
        make = () => new GraphTrainer(graph.Model, layers.Parameters, [new ModelInput(Features, [Features], [-1, width])], TileRows, new() { Seed = seed, Steps = new() { Optimiser = OptimiserKind.Sgd } });
        trainer = make();
        Parameters = trainer.Weights.Values.Sum(values => (long)values.Length);
    }

    /// <summary>Numbers that learn.</summary>
    public long Parameters { get; }

    /// <summary>The weights, by name.</summary>
    public IReadOnlyDictionary<string, float[]> Weights => trainer.Weights;

    /// <summary>Learns a row. A rate at which what is missed grows, or hardly falls as no unit is active any more, is left for a third of it, from the first weights on.</summary>
    /// <returns>The steps of the last rate, the rate, and the mean square that is missed.</returns>
    public (int Steps, float Rate, double Missed) Learn(float[] row, int steps, CancellationToken stopping)
    {
        var square = row.Average(value => (double)value * value);
        for (var rate = FirstRate; ; rate /= 3)
        {
            var (step, calm, missed, first) = (0, 0, double.PositiveInfinity, 0.0);
            for (; step < steps && calm < Calm; step++)
            {
                stopping.ThrowIfCancellationRequested();
                missed = trainer.Step(pass => trainer.Forward(trainer.Inputs([row]), [Given], pass)[0].sub(trainer.Tensor(row, 1, row.Length)).Squared().mean(), rate);
                first = step == 0 ? missed : first;
                calm = missed <= Enough * square ? calm + 1 : 0;
                if (!(missed <= Diverged * Math.Max(first, square)))
                {
                    break;
                }
            }
            if (missed <= Stuck * square || rate < LeastRate)
            {
                return (step, rate, Missed(row));
            }
            trainer.Dispose();
            trainer = make();
        }
    }

    /// <summary>What it gives for rows, [row][number].</summary>
    public float[][] Give(IReadOnlyList<float[]> rows) => [.. trainer.Predict(rows, Given).Chunk(rows[0].Length)];

    /// <summary>The correlation of two rows' numbers (Pearson); NaN where one of them is the same everywhere.</summary>
    public static double Correlation(float[] a, float[] b) => MathNet.Numerics.Statistics.Correlation.Pearson(a.Select(value => (double)value), b.Select(value => (double)value));

    public void Dispose() => trainer.Dispose();

    private double Missed(float[] row) => Give([row])[0].Zip(row, (found, wanted) => Math.Pow((double)found - wanted, 2)).Average();
}
