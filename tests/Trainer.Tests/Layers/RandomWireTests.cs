using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;

namespace ParquetPool.Trainer.Tests.Layers;

public class RandomWireTests
{
    [Theory]
    [InlineData("ws", 12, 4, 0.75, 24)]
    [InlineData("ws", 7, 6, 1, 21)]
    [InlineData("ba", 12, 3, 0, 27)]
    [InlineData("er", 9, 0, 1, 36)]
    [InlineData("er", 9, 0, 0, 0)]
    public void A_graph_has_its_edges_each_upwards_and_the_same_for_the_same_seed(string named, int nodes, int k, double p, int edges)
    {
        var kind = Enum.Parse<WiringKind>(named, ignoreCase: true);
        var drawn = Enumerable.Range(1, 20).Select(seed => WiredGraph.Draw(kind, nodes, k, p, (ulong)seed)).ToList();

        foreach (var (seed, reads) in drawn.Index())
        {
            reads.Sum(r => r.Count).Should().Be(edges);
            reads.Index().Should().OnlyContain(r => r.Item.All(source => source < r.Index) && r.Item.Distinct().Count() == r.Item.Count);
            WiredGraph.Draw(kind, nodes, k, p, (ulong)seed + 1).Should().BeEquivalentTo(reads);
        }
        drawn.Select(Text).Distinct().Should().HaveCountGreaterThan(edges is 0 or 21 or 36 ? 0 : 15);
    }

    [Fact]
    public void An_unwired_ring_is_the_ring() =>
        WiredGraph.Draw(WiringKind.Ws, 6, 2, 0, 1).Select(r => string.Join(' ', r)).Should().Equal("", "0", "1", "2", "3", "0 4");

    [Fact]
    public void Edges_of_a_random_graph_come_with_their_probability() =>
        Enumerable.Range(1, 50).Average(seed => WiredGraph.Draw(WiringKind.Er, 20, 0, 0.3, (ulong)seed).Sum(r => r.Count)).Should().BeApproximately(0.3 * 190, 3);

    [Fact]
    public void Well_joined_nodes_are_joined_more()
    {
        var degrees = new int[40];
        foreach (var seed in Enumerable.Range(1, 50))
        {
            foreach (var (node, reads) in WiredGraph.Draw(WiringKind.Ba, 40, 2, 0, (ulong)seed).Index())
            {
                foreach (var source in reads)
                {
                    degrees[source]++;
                    degrees[node]++;
                }
            }
        }

        degrees[2..7].Average().Should().BeGreaterThan(3 * degrees[35..].Average());
    }

    [Fact]
    public void What_comes_out_is_the_graph_computed_node_by_node()
    {
        const int width = 3;
        var network = LayerFixture.Build("""{ "type": "randomWire", "graph": "ws", "nodes": 5, "k": 2, "p": 0.5, "seed": 4, "width": 3 }""", width);
        double[] row = [0.5, -1, 2];
        var tensors = network.Forward.Graph.Initializer.ToDictionary(t => t.Name);
        var weights = network.Parameters.Where(name => name.StartsWith("dense_weight", StringComparison.Ordinal)).Select(name => Tensors.ToFloats(tensors[name])).ToArray();
        var given = new double[5][];
        var reads = WiredGraph.Draw(WiringKind.Ws, 5, 2, 0.5, 4);
        foreach (var (node, sources) in reads.Index())
        {
            // First edge weights are 0: a half of each; first statistics leave a batch normalisation out, but for ε.
            var sum = Enumerable.Range(0, width).Select(i => Math.Max(0, sources.Count == 0 ? row[i] : sources.Sum(source => 0.5 * given[source][i]))).ToArray();
            given[node] = [.. Enumerable.Range(0, width).Select(unit => Enumerable.Range(0, width).Sum(i => sum[i] * weights[node][(i * width) + unit]) / Math.Sqrt(1 + 1e-5))];
        }
        var last = Enumerable.Range(0, 5).Where(node => !reads.Any(r => r.Contains(node))).ToList();

        LayerFixture.Embedding(network, [.. row.Select(v => (float)v)])
            .Zip(Enumerable.Range(0, width).Select(unit => last.Average(node => given[node][unit])), (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-6);
    }

    [Fact]
    public void Another_seed_is_another_network_and_the_same_one_the_same_bytes()
    {
        byte[] Built(int seed) => ModelFile.ToBytes(LayerFixture.Build($$"""{ "type": "randomWire", "nodes": 10, "seed": {{seed}}, "width": 4 }""", 4).Forward);

        Built(1).Should().Equal(Built(1));
        Built(1).Should().NotEqual(Built(2));
    }

    [Theory]
    [InlineData(""" "k": 3 """, "*k is 3 of 8 nodes on a ring, expected an even number*")]
    [InlineData(""" "k": 8 """, "*k is 8 of 8 nodes*")]
    [InlineData(""" "graph": "ba", "k": 8 """, "*k is 8 of 8 nodes, expected 1 or more, below nodes*")]
    [InlineData(""" "p": 1.5 """, "*p is 1.5, expected a share*")]
    [InlineData(""" "nodes": 65 """, "*nodes is 65, expected at most 64*")]
    [InlineData(""" "graph": "tree" """, "*is no network*")]
    public void Settings_out_of_range_are_named(string settings, string message) =>
        FluentActions.Invoking(() => NetworkSpec.Parse($$"""{ "layers": [ { "type": "randomWire", "width": 4, {{settings}} }, { "type": "dropout", "rate": 0.5 } ] }""", "network.json"))
            .Should().Throw<DataException>().WithMessage(message);

    private static string Text(IReadOnlyList<int>[] reads) => string.Join('|', reads.Select(r => string.Join(' ', r)));
}
