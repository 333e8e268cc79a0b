using ParquetPool.Contract;
using ParquetPool.Graphs;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>Small graphs of random layers: convolutions, residual and gated blocks, concatenations, normalisations, several dropout sites.</summary>
internal sealed class RandomModels
{
    private const int Blocks = 5;
    private readonly Random random;
    private readonly TestModels.Weights weights;
    private readonly string on;

    private RandomModels(int seed, TestModels.Weights weights, string on) => (random, this.weights, this.on) = (new Random(seed), weights, on);

    private GraphBuilder Graph => weights.Graph;

    public static ModelPackage Vectors(int seed) => TestModels.Build([11], 3, (w, x, on) => new RandomModels(seed, w, on).Head(x, 11));

    public static ModelPackage Images(int seed) => TestModels.Build([2, 6, 6], 3, (w, x, on) => new RandomModels(seed, w, on).Image(x));

    private string Image(string x)
    {
        var (channels, side) = (2, 6);
        for (var block = 0; block < Blocks - 1; block++)
        {
            switch (random.Next(7))
            {
                case 0:
                    x = Drop(x);
                    break;
                case 1:
                    x = DropChannels(x);
                    break;
                case 2 when side > 3:
                    x = Graph.Op(random.Next(2) == 0 ? "MaxPool" : "AveragePool", [x], Attributes.Ints("kernel_shape", 2, 2));
                    side--;
                    break;
                case 3:
                    x = Graph.Op("Add", [x, weights.Convolution(Activate(DropChannels(x)), channels, channels)]);
                    break;
                case 4:
                    var left = DropChannels(weights.Convolution(x, channels, 4));
                    x = Graph.Op("Concat", [left, x], Attributes.Int("axis", 1));
                    channels += 4;
                    break;
                case 5:
                    x = weights.Normalise(x, channels);
                    break;
                default:
                    var width = random.Next(3, 22);
                    x = DropChannels(Activate(weights.Convolution(x, channels, width)));
                    channels = width;
                    break;
            }
        }
        if (random.Next(2) == 0)
        {
            x = weights.Convolution(DropChannels(x), channels, channels);
        }
        if (random.Next(2) == 0)
        {
            return Head(Graph.Op("Flatten", [Graph.Op("GlobalAveragePool", [x])]), channels);
        }
        return Head(Graph.Op("Flatten", [x]), channels * side * side);
    }

    private string Head(string x, int width)
    {
        for (var block = 0; block < Blocks; block++)
        {
            switch (random.Next(8))
            {
                case 0:
                    x = Drop(x);
                    break;
                case 1:
                    x = Graph.Op("Add", [x, weights.Dense(Activate(Drop(x)), width, width)]);
                    break;
                case 2:
                    x = Graph.Op("Add", [x, Drop(Activate(weights.Dense(x, width, width)))]);
                    break;
                case 3:
                    var gate = Graph.Op("Sigmoid", [weights.Dense(x, width, width)]);
                    var changed = Graph.Op("Mul", [gate, Activate(weights.Dense(Drop(x), width, width))]);
                    x = Graph.Op("Add", [changed, Graph.Op("Mul", [Graph.Op("Sub", [Graph.Scalar(1), gate]), x])]);
                    break;
                case 4:
                    var left = Drop(weights.Dense(x, width, 5));
                    var right = random.Next(2) == 0 ? weights.Dense(x, width, 6) : Drop(Activate(weights.Dense(x, width, 6)));
                    (x, width) = (Graph.Op("Concat", [left, right], Attributes.Int("axis", 1)), 11);
                    x = random.Next(2) == 0 ? Drop(x) : x;
                    break;
                case 5:
                    x = random.Next(2) == 0
                        ? weights.Normalise(x, width)
                        : Graph.Op("LayerNormalization", [x, weights.Tensor("scale", 1, width), weights.Tensor("shift", 1, width)]);
                    break;
                default:
                    var next = random.Next(4, 20);
                    x = Drop(Activate(weights.Dense(x, width, next)));
                    width = next;
                    break;
            }
        }
        return weights.Dense(Drop(x), width, 3);
    }

    private string Drop(string x) => weights.Dropout(x, random.Next(2) == 0 ? 0.5f : 0.3f, on);

    private string DropChannels(string map) => weights.DropChannels(map, random.Next(2) == 0 ? 0.5f : 0.3f, on);

    private string Activate(string x) => Graph.Op(random.Next(4) switch { 0 => "Tanh", 1 => "Gelu", 2 => "LeakyRelu", _ => "Relu" }, [x]);
}
