using ParquetPool.Engine;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Pruning;
using ParquetPool.Trainer.Tests.Layers;
using ParquetPool.Trainer.Tests.Networks;

namespace ParquetPool.Trainer.Tests.Pruning;

public class KeptUnitsTests
{
    [Theory]
    [InlineData("""
        { "type": "conv", "channels": 6 }, { "type": "pool", "size": 2 }, { "type": "conv", "channels": 5, "batchNorm": true, "kernel": 1 }, { "type": "flatten" },
        { "type": "dense", "units": 7 }, { "type": "dense", "units": 4, "batchNorm": true, "activation": "none" }
        """, 16, "[1, 4, 4]")]
    [InlineData("""{ "type": "conv", "channels": 4 }, { "type": "globalAveragePool" }, { "type": "dense", "units": 6, "activation": "tanh" }""", 9, "[1, 3, 3]")]
    [InlineData("""{ "type": "dense", "units": 9 }, { "type": "dense", "units": 5 }""", 6, null)]
    public void The_smaller_network_is_the_larger_one_whose_lightest_units_are_silent(string layers, int width, string? image)
    {
        var spec = NetworkSpec.Parse($$"""{ {{(image is null ? "" : $"\"image\": {image},")}} "layers": [ {{layers}}, { "type": "dropout", "rate": 0.5 } ] }""", "network.json");
        Network Built(NetworkSpec of) => NetworkFixture.Build(of, 3, 5, new VectorColumn("features", width));
        var large = Shaken(Built(spec));
        var kept = new KeptUnits(spec, large, 0.5);

        var small = kept.Values(large, Built(kept.Spec));

        // Silent: what a unit gives to others is multiplied by zero.
        var silent = large;
        foreach (var (weights, units) in Outgoing(large, small))
        {
            silent = Zeroed(silent, weights, units);
        }
        var rows = Scorer.Tests.TestModels.Numbers(9, 4 * width);
        Logits(small, rows).Zip(Logits(silent, rows), (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-5f);
        small.Parameters.Sum(name => PruneRunTests.Tensor(small, name).Length).Should().BeLessThan((int)(0.65 * large.Parameters.Sum(name => PruneRunTests.Tensor(large, name).Length)));
    }

    [Fact]
    public void The_units_of_the_largest_weights_stay()
    {
        var spec = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 4, "dropout": 0.5 } ] }""", "network.json");
        var network = LayerFixture.With(NetworkFixture.Build(spec, 2, 1, new VectorColumn("features", 2)), "dense_weight", 1, -3, 0.5f, 2, 1, 3, -0.5f, -2);

        var small = new KeptUnits(spec, network, 0.5).Values(network, NetworkFixture.Build(new KeptUnits(spec, network, 0.5).Spec, 2, 1, new VectorColumn("features", 2)));

        LayerFixture.Tensor(small, "dense_weight").Should().Equal(-3, 2, 3, -2);
    }

    private static float[] Logits(Network network, float[] rows) => LayerFixture.Run(DropoutSwitch.Off(network.Forward), network, rows)[Network.Logits].Values;

    /// <summary>The network with biases, scales and statistics that are no zeros and ones.</summary>
    private static Network Shaken(Network network)
    {
        foreach (var (i, name) in network.Parameters.Concat(network.Statistics).Index().Where(p => !p.Item.Contains("weight", StringComparison.Ordinal)))
        {
            var values = PruneRunTests.Tensor(network, name);
            network = LayerFixture.With(network, name, [.. values.Select((v, at) => v + (0.5f * MathF.Abs(MathF.Sin(at + (7 * i)))))]);
        }
        return network;
    }

    /// <summary>Weights that take what a layer before gives, and the places along their inputs that the smaller network does not have.</summary>
    private static IEnumerable<(string Weights, Func<int, bool> Gone)> Outgoing(Network large, Network small)
    {
        var (from, to) = (large.Parameters.Where(IsWeight).ToList(), small.Parameters.Where(IsWeight).ToList());
        for (var layer = 1; layer < from.Count; layer++)
        {
            var (whole, part) = (PruneRunTests.Tensor(large, from[layer]), PruneRunTests.Tensor(small, to[layer]));
            yield return (from[layer], place => !part.Contains(whole[place]));
        }

        static bool IsWeight(string name) => name.Contains("_weight", StringComparison.Ordinal);
    }

    private static Network Zeroed(Network network, string name, Func<int, bool> gone) =>
        LayerFixture.With(network, name, [.. PruneRunTests.Tensor(network, name).Select((v, place) => gone(place) ? 0 : v)]);
}
