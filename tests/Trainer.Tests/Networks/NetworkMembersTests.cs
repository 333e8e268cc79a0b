using ParquetPool.Engine;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Layers;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Networks;

public class NetworkMembersTests
{
    private const int Classes = 3;
    private const int Rows = 9;
    private static readonly VectorColumn[] Columns = [new("features", 6)];

    private static readonly NetworkSpec Wired = NetworkSpec.Parse(
        """{ "layers": [ { "type": "residual", "layers": [ { "type": "randomWire", "nodes": 7, "width": 6, "seed": 40 } ] }, { "type": "dropout", "rate": 0.5 } ], "members": 3 }""", "wired.json");

    [Fact]
    public void A_member_is_the_network_that_the_next_seeds_make_alone_and_the_logits_are_the_mean()
    {
        var together = Outputs(Wired, seed: 5);

        var mean = new double[Rows * Classes];
        for (var member = 0; member < 3; member++)
        {
            var alone = Outputs(Wired with { Members = 1, Layers = [new Residual([new RandomWire(6, Nodes: 7, Seed: 40UL + (ulong)member)]), Wired.Layers[1]] }, seed: 5UL + (ulong)member);
            together[$"logits_{member + 1}"].Should().Equal(alone["logits"]);
            foreach (var (row, embedding) in alone["embedding"].Chunk(6).Index())
            {
                together["embedding"].Skip((row * 18) + (member * 6)).Take(6).Should().Equal(embedding);
            }
            foreach (var (row, logits) in alone["logits"].Chunk(Classes).Index())
            {
                var sum = logits.Sum(z => Math.Exp(z));
                for (var c = 0; c < Classes; c++)
                {
                    mean[(row * Classes) + c] += Math.Exp(logits[c]) / sum / 3;
                }
            }
        }
        together["logits"].Zip(mean, (z, p) => Math.Abs(z - Math.Log(p))).Max().Should().BeLessThan(1e-5);
        together["logits_1"].Should().NotEqual(together["logits_2"]);
    }

    [Fact]
    public void A_member_learns_what_it_would_learn_alone()
    {
        var network = NetworkSpec.Parse("""{ "layers": [ { "type": "dense", "units": 12, "dropout": 0.3 } ] }""", "dense.json");
        TrainedNetwork Trained(int members) => TrainRun.Execute(Blobs.Set(80), new TrainOptions { Network = network with { Members = members }, Epochs = 3, Seed = 7, Steps = new() { BatchRows = 16, LearningRate = 5e-3f } });
        float[] First(TrainedNetwork trained) => trained.State.Weights[trained.Network.Parameters[0]];

        var (alone, three) = (Trained(1), Trained(3));

        alone.Best.Number.Should().Be(three.Best.Number);
        First(three).Zip(First(alone), (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-5f);
        three.History[^1].TrainLoss.Should().BeApproximately(alone.History[^1].TrainLoss, 0.5, "it is the mean of the members'");
    }

    [Theory]
    [InlineData("""{ "layers": [ { "type": "dropout", "rate": 0.5 } ], "members": 0 }""", "*members is 0, expected 1 or more*")]
    [InlineData("""{ "layers": [ { "type": "dropout", "rate": 0.5 } ], "members": 65 }""", "*members is 65, expected at most 64*")]
    [InlineData("""{ "layers": [ { "type": "dropout", "rate": 0.5 } ], "members": 2, "predictedLoss": true }""", "*members are given with a predicted loss, expected one of them*")]
    [InlineData("""{ "tower": [ { "type": "dropout", "rate": 0.5 } ], "layers": [ { "type": "dropout", "rate": 0.5 } ], "members": 2 }""", "*members are given with towers, expected one of them*")]
    public void A_file_that_cannot_be_several_networks_says_why(string json, string message) =>
        FluentActions.Invoking(() => NetworkSpec.Parse(json, "network.json")).Should().Throw<DataException>().WithMessage(message);

    [Fact]
    public void A_network_that_ranks_rows_is_one() =>
        FluentActions.Invoking(() => NetworkBuilder.Build(Wired, Columns, classes: 1, NetworkFixture.Unchanged(6), seed: 1, Network.Score))
            .Should().Throw<UsageException>().WithMessage("*one of several members, expected one alone*");

    private static Dictionary<string, float[]> Outputs(NetworkSpec spec, ulong seed)
    {
        var network = NetworkFixture.Build(spec, Classes, seed, Columns);
        return NetworkFixture.Run(DropoutSwitch.Off(network.Forward), network, Rows).ToDictionary(o => o.Key, o => o.Value.Values);
    }
}
