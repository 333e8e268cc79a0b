using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Storage;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Pruning;
using ParquetPool.Trainer.Tests.Training;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Pruning;

public sealed class PruneRunTests : IDisposable
{
    private readonly TestFolder folder = new();

    private const string Dense = """{ "layers": [ { "type": "dense", "units": 24, "dropout": 0.2 }, { "type": "dense", "units": 12, "batchNorm": true, "activation": "none" } ] }""";

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(PruneControl.None)]
    [InlineData(PruneControl.Reinit)]
    [InlineData(PruneControl.RandomMask)]
    public void Weights_that_are_taken_away_are_the_zeros_of_what_is_published(object control)
    {
        var trained = Train(new(0.5) { Rate = 0.3, Control = (PruneControl)control });

        // 0.5 = 0.707²: the head loses half as much a round.
        double[] shares = [.. Weights(trained.Network).Select(w => (double)w.Count(v => v != 0) / w.Length)];
        shares[..2].Should().OnlyContain(share => Math.Abs(share - 0.5) < 0.02);
        shares[2].Should().BeApproximately(Math.Pow((1 + Math.Sqrt(0.5)) / 2, 2), 0.05);
        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.9);
        trained.Recipe["pruning"].Should().Contain("of the weights are left of 2 rounds");
        ModelFile.ToBytes(Train(new(0.5) { Rate = 0.3, Control = (PruneControl)control }).Network.Forward).Should().Equal(ModelFile.ToBytes(trained.Network.Forward));
    }

    [Theory]
    [InlineData(false, 5, 0)]
    [InlineData(false, 17, 1)]
    [InlineData(true, 12, 1)]
    [InlineData(true, 30, 2)]
    public void A_killed_pruning_goes_on_after_its_last_epoch(bool units, int epochs, int roundsEnded)
    {
        var pruning = new PruneOptions(0.5) { Units = units, Rate = 0.3 };
        var whole = Train(pruning);
        using var stopping = new CancellationTokenSource();
        var (told, ended) = (new List<string>(), 0);
        FluentActions.Invoking(() => PruneRun.Execute(Blobs.Set(60), Options(Dense), pruning, _ => { }, _ => Stop(), Kept(), stopping.Token)).Should().Throw<OperationCanceledException>();

        var resumed = PruneRun.Execute(Blobs.Set(60), Options(Dense), pruning, told.Add, checkpoints: Kept(), stopping: TestContext.Current.CancellationToken);

        ModelFile.ToBytes(resumed.Network.Forward).Should().Equal(ModelFile.ToBytes(whole.Network.Forward));
        resumed.Recipe.Should().Equal(whole.Recipe);
        resumed.History.Should().Equal(whole.History);
        told.Should().HaveCount(pruning.Rounds - roundsEnded, "rounds that had ended are not taken again");

        Checkpoints Kept() => new(new ProgressFile(folder.File("prune.progress"), "key"), TimeProvider.System, TimeSpan.Zero);

        void Stop()
        {
            if (++ended == epochs)
            {
                stopping.Cancel();
            }
        }
    }

    [Fact]
    public void The_smallest_weights_of_a_trained_network_go_and_the_others_begin_with_their_first_values()
    {
        var options = Options(Dense);
        var first = TrainRun.Build(Blobs.Set(60), options, null);
        var trained = TrainRun.Execute(Blobs.Set(60), options, stopping: TestContext.Current.CancellationToken);

        var masks = WeightMasks.Of(first).Pruned(trained.State.Weights, 0.25);
        var begun = masks.On(first);

        foreach (var (name, mask) in masks.ByName)
        {
            var sizes = trained.State.Weights[name].Select(Math.Abs).ToArray();
            mask.Zip(sizes).Where(m => m.First > 0).Min(m => m.Second).Should().BeGreaterThanOrEqualTo(mask.Zip(sizes).Where(m => m.First == 0).Max(m => m.Second));
            Tensor(begun, name).Should().Equal(Tensor(first, name).Zip(mask, (weight, m) => weight * m));
        }
        masks.ByName.Keys.Should().HaveCount(3, "biases and norms stay");
    }

    [Fact]
    public void A_drawn_mask_keeps_as_many_of_each_layer_elsewhere()
    {
        var options = Options(Dense);
        var masks = WeightMasks.Of(TrainRun.Build(Blobs.Set(60), options, null)).Pruned(TrainRun.Execute(Blobs.Set(60), options, stopping: TestContext.Current.CancellationToken).State.Weights, 0.5);

        var drawn = masks.Drawn(3);

        drawn.ByName.Should().OnlyContain(mask => mask.Value.Sum() == masks.ByName[mask.Key].Sum() && !mask.Value.SequenceEqual(masks.ByName[mask.Key]));
        drawn.Share.Should().Be(masks.Share);
    }

    [Fact]
    public void Units_that_are_taken_away_make_the_network_smaller()
    {
        var trained = Train(new(0.5) { Units = true, Rate = 0.5 });

        NetworkSpec.Parse(trained.Recipe["network"], "recipe").Layers.Select(l => l.ToString()).Should().Equal(
            NetworkSpec.Parse(Dense.Replace("24", "12").Replace("12, \"b", "6, \"b"), "half").Layers.Select(l => l.ToString()));
        trained.Best.HoldoutAccuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void The_head_is_the_product_that_gives_the_logits()
    {
        var network = TrainRun.Build(Blobs.Set(60), Options(Dense.Replace("{ \"layers\"", "{ \"predictedLoss\": true, \"layers\"")), null);

        Tensor(network, WeightMasks.Of(network).Head).Should().HaveCount(12 * 3);
    }

    [Fact]
    public void Single_layers_of_a_residual_network_keep_their_units()
    {
        var options = Options("""{ "layers": [ { "type": "dense", "units": 16, "residual": true, "dropout": 0.5 } ] }""");

        FluentActions.Invoking(() => PruneRun.Execute(Blobs.Set(60), options, new(0.5) { Units = true }, _ => { }))
            .Should().Throw<UsageException>().WithMessage("--units: layer 1 is dense, expected dense and conv layers*without --units");
    }

    [Theory]
    [InlineData(0, 0.2, "--keep is 0, expected*")]
    [InlineData(1, 0.2, "--keep is 1, expected*")]
    [InlineData(0.5, 1, "--rate is 1, expected*")]
    public void Shares_out_of_range_are_named(double keep, double rate, string message) =>
        FluentActions.Invoking(() => new PruneOptions(keep) { Rate = rate }.Check()).Should().Throw<UsageException>().WithMessage(message);

    [Theory]
    [InlineData(0.21, 7)]
    [InlineData(0.8, 1)]
    [InlineData(0.64, 2)]
    [InlineData(0.9, 1)]
    public void A_round_takes_at_most_its_rate(double keep, int rounds)
    {
        new PruneOptions(keep).Rounds.Should().Be(rounds);
        Math.Pow(new PruneOptions(keep).Left, rounds).Should().BeApproximately(keep, 1e-12);
    }

    private static TrainedNetwork Train(PruneOptions pruning) => PruneRun.Execute(Blobs.Set(60), Options(Dense), pruning, _ => { }, stopping: TestContext.Current.CancellationToken);

    private static TrainOptions Options(string network) => new() { Network = NetworkSpec.Parse(network, "network.json"), Epochs = 12, Seed = 3, Steps = new() { LearningRate = 1e-2f, BatchRows = 16 } };

    private static IEnumerable<float[]> Weights(Network network) => WeightMasks.Of(network).ByName.Keys.Select(name => Tensor(network, name));

    internal static float[] Tensor(Network network, string name) => Tensors.ToFloats(network.Forward.Graph.Initializer.Single(t => t.Name == name));
}
