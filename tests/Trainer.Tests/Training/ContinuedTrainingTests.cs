using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Publishing;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;

namespace ParquetPool.Trainer.Tests.Training;

public sealed class ContinuedTrainingTests : IDisposable
{
    private static readonly NetworkSpec Fusion = NetworkSpec.Parse(
        """
        { "tower": [ { "type": "dense", "units": 16, "batchNorm": true, "dropout": 0.3 } ], "layers": [ { "type": "dense", "units": 16, "batchNorm": true, "dropout": 0.3 } ] }
        """, "x");

    private static readonly TrainOptions Options = new() { Network = Fusion, Epochs = 4, EpochsPerRound = 2, Steps = new() { BatchRows = 16 } };

    private static readonly TrainedNetwork First = TrainRun.Execute(Modalities.Set(60), Options);

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void More_rows_and_more_rounds_make_a_better_model()
    {
        using var training = new ContinuedTraining(First, Options with { Steps = Options.Steps with { LearningRate = 5e-3f } });
        var last = First;
        for (var rows = 80; rows <= 200; rows += 20)
        {
            last = Learn(training, Modalities.Set(rows));
        }

        last.Best.HoldoutLoss.Should().BeLessThan(First.Best.HoldoutLoss / 2);
        last.History.Select(e => e.Number).Should().Equal(First.History.Count + 13, First.History.Count + 14);
        training.Logits(last.Set.Holdout).Should().Equal(last.HoldoutLogits);
    }

    [Theory]
    [InlineData(false, OptimiserKind.AdamW, null)]
    [InlineData(true, OptimiserKind.AdamW, null)]
    [InlineData(false, OptimiserKind.Sgd, 0.9f)]
    [InlineData(true, OptimiserKind.AdamW, 0.99f)]
    [InlineData(false, OptimiserKind.RmsProp, null)]
    public void A_training_that_goes_on_from_a_package_gives_the_bytes_of_one_that_never_stopped(bool frozen, OptimiserKind optimiser, float? ema)
    {
        var options = Options with { Steps = Options.Steps with { Optimiser = optimiser, Ema = ema } };
        var first = TrainRun.Execute(Modalities.Set(60), options, stopping: TestContext.Current.CancellationToken);
        options = options with { FreezeBatchNorm = frozen };
        using var unbroken = new ContinuedTraining(first, options);
        var second = Learn(unbroken, Modalities.Set(80));
        var expected = Learn(unbroken, Modalities.Set(100));

        var (published, _, _) = ModelPublisher.Publish(new ModelRegistry(folder.Root), "m", second, seed: 0, TimeProvider.System);
        using var resumed = new ContinuedTraining(PublishedRound.Open(published), options);
        var actual = Learn(resumed, Modalities.Set(100));

        ModelFile.ToBytes(actual.Network.Forward).Should().Equal(ModelFile.ToBytes(expected.Network.Forward));
        StateFile.ToBytes(actual.State, actual.Network.Forward).Should().Equal(StateFile.ToBytes(expected.State, expected.Network.Forward));
        actual.History.Should().Equal(expected.History);
        actual.Heads.Should().Equal(expected.Heads);
    }

    [Fact]
    public void Frozen_batch_normalisation_keeps_its_bits_while_the_rest_learns_and_otherwise_moves()
    {
        var (frozen, learning) = (Continue(frozen: true), Continue(frozen: false));

        var norms = First.Network.Forward.Graph.Initializer.Select(t => t.Name).Where(n => n.StartsWith("norm_", StringComparison.Ordinal)).ToList();
        norms.Should().HaveCount(12, "two towers and the joint one have four tensors each");
        norms.Should().OnlyContain(n => Values(frozen, n).SequenceEqual(Values(First, n)));
        norms.Should().OnlyContain(n => !Values(learning, n).SequenceEqual(Values(First, n)));
        Values(frozen, "dense_weight").Should().NotEqual(Values(First, "dense_weight"));
    }

    [Fact]
    public void A_round_that_learns_again_after_a_frozen_one_has_its_statistics_and_their_optimiser()
    {
        using var training = new ContinuedTraining(Continue(frozen: true), Options);

        Values(Learn(training, Modalities.Set(80)), "norm_mean").Should().NotEqual(Values(First, "norm_mean"));
        First.State.First.Keys.Should().Contain("norm_scale");
        Continue(frozen: true).State.First["norm_scale"].Should().Equal(First.State.First["norm_scale"]);
    }

    [Fact]
    public void The_memory_of_one_optimiser_is_nothing_to_another() =>
        FluentActions.Invoking(() => new ContinuedTraining(First, Options with { Steps = Options.Steps with { Optimiser = OptimiserKind.Sgd } }))
            .Should().Throw<UsageException>().WithMessage("--optimiser is sgd, the round before was trained with adamw*");

    [Fact]
    public void A_round_that_an_earlier_version_trained_is_gone_on_from()
    {
        var earlier = PublishedRound.Open(Path.Combine(AppContext.BaseDirectory, "TestData", "EarlierRound"));
        using var training = new ContinuedTraining(earlier, new TrainOptions { EpochsPerRound = 3, Steps = new() { BatchRows = 16, LearningRate = 5e-3f } });
        var set = Blobs.Set(90);
        var before = HoldoutScore.Of(training.Logits(set.Holdout), set.Holdout);

        var after = Learn(training, set).Best;

        earlier.State.Steps.Should().Be(24);
        after.HoldoutLoss.Should().BeLessThan(before.Loss);
    }

    [Fact]
    public void Averages_may_begin_with_any_round()
    {
        using var training = new ContinuedTraining(First, Options with { Steps = Options.Steps with { Ema = 0.9f } });

        var averaged = Learn(training, Modalities.Set(80));

        Values(averaged, "dense_weight").Should().NotEqual(averaged.State.Values["dense_weight"]).And.Equal(averaged.State.Averages["dense_weight"]);
        using var plain = new ContinuedTraining(averaged, Options);
        Values(Learn(plain, Modalities.Set(80)), "dense_weight").Should().NotEqual(Values(averaged, "dense_weight"));
        averaged.Recipe.Should().ContainKey("ema");
        Learn(plain, Modalities.Set(80)).Recipe.Should().NotContainKey("ema");
    }

    [Fact]
    public void The_optimiser_is_warm()
    {
        var cold = First with { State = First.State with { First = new Dictionary<string, float[]>(), Second = new Dictionary<string, float[]>() } };
        using var training = new ContinuedTraining(cold, Options);

        Values(Learn(training, Modalities.Set(80)), "dense_weight").Should().NotEqual(Values(Continue(frozen: false), "dense_weight"));
    }

    [Fact]
    public void A_round_needs_no_holdout()
    {
        var set = Modalities.Set(80);
        using var training = new ContinuedTraining(First, Options);

        var trained = Learn(training, set with { Training = [.. set.Training, .. set.Holdout], Holdout = [] });

        trained.HoldoutLogits.Should().BeEmpty();
        trained.History.Should().OnlyContain(e => double.IsFinite(e.TrainLoss));
    }

    private static TrainedNetwork Continue(bool frozen)
    {
        using var training = new ContinuedTraining(First, Options with { FreezeBatchNorm = frozen });
        return Learn(training, Modalities.Set(80));
    }

    private static TrainedNetwork Learn(ContinuedTraining training, TrainingSet set) => training.Learn(set, stopping: TestContext.Current.CancellationToken);

    private static float[] Values(TrainedNetwork trained, string name) => Tensors.ToFloats(trained.Network.Forward.Graph.Initializer.Single(t => t.Name == name));
}
