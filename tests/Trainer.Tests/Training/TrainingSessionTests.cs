using ParquetPool.Trainer.Optimisers;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Training;

public class TrainingSessionTests
{
    private static readonly IReadOnlyList<(float[] X, int Class)> Moons = TwoMoons(256);

    [Fact]
    public void An_mlp_with_dropout_learns_two_moons()
    {
        using var training = Mlp().Train(new TrainOptions { Seed = 1 });
        var rate = new LearningRate(0.02f, 10, 300);
        for (var step = 0; step < 300; step++)
        {
            training.Step(Moons, rate.At(step));
        }
        training.Accuracy(TwoMoons(200, salt: 9)).Should().BeGreaterThan(0.97);
    }

    [Fact]
    public void A_convolutional_network_tells_bars_apart()
    {
        using var training = new SmallNetwork(1, 10, 10).Conv(1, 4).BatchNorm(4).Then("Relu").Pool().Then("Flatten").Dropout(0.2f).Dense(64, 2)
            .Train(new TrainOptions { Seed = 1, Steps = new() { Optimiser = OptimiserKind.Sgd } });
        var rows = Bars(64, 1);
        for (var step = 0; step < 80; step++)
        {
            training.Step(rows, 0.05f);
        }
        training.Accuracy(Bars(64, 2)).Should().BeGreaterThan(0.95);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_does_not()
    {
        var first = Train(seed: 5);

        Train(seed: 5).Should().BeEquivalentTo(first, o => o.WithStrictOrdering());
        Train(seed: 6)["w"].Should().NotEqual(first["w"]);
    }

    [Fact]
    public void A_step_of_parts_is_that_of_all_their_rows()
    {
        var options = new TrainOptions { Seed = 1, Steps = new() { Optimiser = OptimiserKind.Sgd, Clip = 0.1f } };
        using var whole = new SmallNetwork(2).Dense(2, 8).Then("Tanh").Dense(8, 2).Train(options);
        using var parted = new SmallNetwork(2).Dense(2, 8).Then("Tanh").Dense(8, 2).Train(options);

        var losses = Enumerable.Range(0, 5).Select(_ => (Whole: whole.Step(Moons, 0.5f), Parted: parted.Step([[.. Moons.Take(50)], [.. Moons.Skip(50).Take(200)], [.. Moons.Skip(250)]], 0.5f))).ToList();

        losses.Should().OnlyContain(loss => Math.Abs(loss.Whole - loss.Parted) < 1e-5).And.OnlyHaveUniqueItems();
        foreach (var (name, values) in whole.Network.State())
        {
            values.Zip(parted.Network.State()[name]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        }
        parted.Session.Steps.Should().Be(5);
    }

    [Fact]
    public void Trainings_at_the_same_time_do_not_disturb_each_other()
    {
        var alone = Train(seed: 5);

        var together = new IReadOnlyDictionary<string, float[]>[4];
        Parallel.For(0, together.Length, i => together[i] = Train(seed: 5));

        together.Should().AllSatisfy(state => state.Should().BeEquivalentTo(alone, o => o.WithStrictOrdering()));
    }

    [Fact]
    public void Running_statistics_follow_the_batches()
    {
        using var training = new SmallNetwork(2).BatchNorm(2).Dense(2, 2).Train();
        training.Step(Moons, 0.1f);
        training.Step(Moons, 0.1f);
        var state = training.Network.State();
        for (var i = 0; i < 2; i++)
        {
            var mean = Moons.Average(r => (double)r.X[i]);
            var variance = Moons.Average(r => (r.X[i] - mean) * (r.X[i] - mean));
            state["mean"][i].Should().BeApproximately((float)(0.19 * mean), 1e-5f);
            state["variance"][i].Should().BeApproximately((float)(0.81 + (0.19 * variance)), 1e-5f);
        }
    }

    [Fact]
    public void Frozen_batch_normalisation_stays_bit_for_bit_while_the_rest_learns()
    {
        using var training = new SmallNetwork(2).Dense(2, 8).BatchNorm(8).Then("Relu").Dense(8, 2).Train(freezeBatchNorm: true);
        var before = training.Loss(Moons);

        var loss = training.Step(Moons, 0.1f);

        loss.Should().BeApproximately(before, 1e-6);
        training.Step(Moons, 0.1f).Should().BeLessThan(loss);
        training.Network.State().Keys.Should().Equal("w", "b", "w_2", "b_2");
    }

    [Theory]
    [InlineData(OptimiserKind.AdamW, null)]
    [InlineData(OptimiserKind.Sgd, null)]
    [InlineData(OptimiserKind.RmsProp, null)]
    [InlineData(OptimiserKind.AdamW, 0.9f)]
    public void A_session_resumed_from_a_snapshot_goes_on_bit_for_bit(OptimiserKind optimiser, float? ema)
    {
        var options = new TrainOptions { Seed = 5, Steps = new() { Optimiser = optimiser, Ema = ema } };
        using var first = Mlp().Train(options);
        using var second = Mlp().Train(options);
        first.Step(Moons, 0.01f);
        first.Step([.. Moons.Take(100)], 0.01f);
        second.Session.Resume(first.Session.Snapshot(epochs: 1));

        second.Step(Moons, 0.01f).Should().Be(first.Step(Moons, 0.01f));
        second.Session.Snapshot(1).Should().BeEquivalentTo(first.Session.Snapshot(1), o => o.WithStrictOrdering());
        second.Loss(Moons).Should().Be(first.Loss(Moons));
    }

    [Fact]
    public void Clipped_gradients_make_a_shorter_step()
    {
        double Length(float? clip)
        {
            using var training = Mlp().Train(new TrainOptions { Steps = new() { Optimiser = OptimiserKind.Sgd, Clip = clip } });
            var before = training.Network.State();
            training.Step(Moons, 1);
            return Math.Sqrt(training.Network.State().Sum(p => p.Value.Zip(before[p.Key], (a, b) => Math.Pow(a - b, 2)).Sum()));
        }

        Length(0.01f).Should().BeApproximately(0.01, 1e-4);
        Length(1000).Should().Be(Length(null));
    }

    [Fact]
    public void Averaged_weights_predict_and_the_weights_themselves_learn()
    {
        using var averaged = Mlp().Train(new TrainOptions { Seed = 5, Steps = new() { Ema = 0.5f } });
        using var plain = Mlp().Train(new TrainOptions { Seed = 5 });
        var w = plain.Network.State()["w"];
        double[] expected = Array.ConvertAll(w, v => (double)v);
        for (var step = 1; step <= 12; step++)
        {
            averaged.Step(Moons, 0.01f).Should().Be(plain.Step(Moons, 0.01f));
            var kept = Math.Min(0.5, (1.0 + step) / (10 + step));
            expected = [.. expected.Zip(plain.Network.State()["w"], (e, v) => (kept * e) + ((1 - kept) * v))];
        }

        var snapshot = averaged.Session.Snapshot(1);
        snapshot.Weights["w"].Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-6);
        snapshot.Values["w"].Should().Equal(plain.Network.State()["w"]);
        averaged.Loss(Moons).Should().NotBe(plain.Loss(Moons));
        averaged.Network.State()["w"].Should().Equal(snapshot.Values["w"], "predicting gives the weights back");
    }

    [Fact]
    public void A_loss_that_is_no_number_changes_nothing()
    {
        using var training = Mlp().Train();
        training.Step(Moons, 0.01f);
        var before = training.Session.Snapshot(1);

        training.Step([([float.NaN, 0], 0)], 0.01f).Should().Be(double.NaN);

        training.Session.Snapshot(1).Should().BeEquivalentTo(before, o => o.WithStrictOrdering());
    }

    [Fact]
    public void Steps_keep_no_memory()
    {
        using var training = Mlp().Train();
        training.Step(Moons, 0.01f);
        var before = Tensors;

        for (var step = 0; step < 20; step++)
        {
            training.Step(Moons, 0.01f);
        }

        Tensors.Should().Be(before);
    }

    /// <summary>Tensors of this thread that nobody has freed.</summary>
    private static long Tensors => TorchSharp.DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    private static IReadOnlyDictionary<string, float[]> Train(ulong seed)
    {
        using var training = Mlp().Train(new TrainOptions { Seed = seed });
        for (var step = 0; step < 12; step++)
        {
            training.Step(step % 3 == 2 ? [.. Moons.Take(100)] : Moons, 0.003f);
        }
        return training.Network.State();
    }

    private static SmallNetwork Mlp() => new SmallNetwork(2).Dense(2, 16).Then("Relu").Dropout(0.1f).Dense(16, 16).Then("Relu").Dense(16, 2);

    private static (float[], int)[] TwoMoons(int count, int salt = 1)
    {
        var random = new Random(salt);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (angle, upper) = (random.NextSingle() * MathF.PI, i % 2 == 0);
            var noise = () => (random.NextSingle() - 0.5f) * 0.2f;
            var (x, y) = upper ? (MathF.Cos(angle), MathF.Sin(angle)) : (1 - MathF.Cos(angle), 0.5f - MathF.Sin(angle));
            return (new[] { x + noise(), y + noise() }, upper ? 0 : 1);
        })];
    }

    /// <summary>Images of one bright row (class 0) or column (class 1) in noise.</summary>
    private static (float[], int)[] Bars(int count, int salt)
    {
        var random = new Random(salt);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (at, upright) = (random.Next(10), i % 2);
            var image = Enumerable.Range(0, 100)
                .Select(p => ((upright == 1 ? p % 10 : p / 10) == at ? 1f : 0f) + (random.NextSingle() * 0.3f)).ToArray();
            return (image, upright);
        })];
    }
}
