using FluentAssertions.Execution;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Trainer.Tests.Training;

public class TrainingSessionTests
{
    private static readonly IReadOnlyList<(float[] X, int Class)> Moons = TwoMoons(256);

    [Fact]
    public void An_mlp_with_dropout_learns_two_moons()
    {
        using var session = new TrainingSession(Mlp().Differentiate(), new AdamW(), 256, seed: 1, threads: 1);
        SmallNetwork.Fill(session, Moons);
        var rate = new LearningRate(0.02f, 10, 300, 0);
        for (var step = 0; step < 300; step++)
        {
            session.Step(256, rate.At(step));
        }
        SmallNetwork.Accuracy(session, TwoMoons(200, salt: 9)).Should().BeGreaterThan(0.97);
    }

    [Fact]
    public void A_convolutional_network_tells_bars_apart()
    {
        var network = new SmallNetwork(1, 10, 10).Conv(1, 4).BatchNorm(4).Then("Relu").Pool().Then("Flatten").Dropout(0.2f).Dense(64, 2);
        using var session = new TrainingSession(network.Differentiate(), new Sgd(), 64, seed: 1, threads: 1);
        SmallNetwork.Fill(session, Bars(64, 1));
        for (var step = 0; step < 80; step++)
        {
            session.Step(64, 0.05f);
        }
        SmallNetwork.Accuracy(session, Bars(64, 2)).Should().BeGreaterThan(0.95);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_does_not()
    {
        var first = Train(seed: 5);
        Train(seed: 5).Should().BeEquivalentTo(first, o => o.WithStrictOrdering());
        Train(seed: 6)["w"].Should().NotEqual(first["w"]);
    }

    [Fact]
    public void A_second_thread_changes_rounding_at_most()
    {
        var (one, two) = (Train(seed: 5), Train(seed: 5, threads: 2));
        foreach (var (name, values) in one)
        {
            values.Zip(two[name], (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-4f);
        }
    }

    [Fact]
    public void Fewer_rows_use_the_front_of_the_same_buffers()
    {
        using var large = new TrainingSession(Mlp().Differentiate(), new Sgd(0), 256, 1, 1);
        using var exact = new TrainingSession(Mlp().Differentiate(), new Sgd(0), 3, 1, 1);
        SmallNetwork.Fill(large, Moons);
        SmallNetwork.Fill(exact, [.. Moons.Take(3)]);
        large.Step(256, 0).Should().BePositive();
        large.Evaluate(3).Should().Be(exact.Evaluate(3));
        large.Step(3, 0.1f);
        large.Result("w_gradient", 3).Length.Should().Be(32);
        large.Invoking(s => s.Step(257, 0)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("expected 1 to 256 rows*");
    }

    [Fact]
    public void A_row_of_weight_zero_counts_for_nothing()
    {
        using var session = new TrainingSession(Mlp().Differentiate(), new Sgd(0), 256, 1, 1);
        SmallNetwork.Fill(session, Moons);
        session.Input("weight")[100..].Clear();
        var weighted = session.Evaluate(256);
        session.Evaluate(100).Should().BeApproximately(weighted, 1e-6);
    }

    [Fact]
    public void Running_statistics_follow_the_batches()
    {
        using var session = new TrainingSession(new SmallNetwork(2).BatchNorm(2).Dense(2, 2).Differentiate(), new Sgd(), 256, 1, 1);
        SmallNetwork.Fill(session, Moons);
        session.Step(256, 0.1f);
        session.Step(256, 0.1f);
        for (var i = 0; i < 2; i++)
        {
            var mean = Moons.Average(r => (double)r.X[i]);
            var variance = Moons.Average(r => (r.X[i] - mean) * (r.X[i] - mean));
            session.Parameter("mean")[i].Should().BeApproximately((float)(0.19 * mean), 1e-5f);
            session.Parameter("variance")[i].Should().BeApproximately((float)(0.81 + (0.19 * variance)), 1e-5f);
        }
    }

    [Fact]
    public void Frozen_batch_normalisation_stays_bit_for_bit_while_the_rest_learns()
    {
        var graph = new SmallNetwork(2).Dense(2, 8).BatchNorm(8).Then("Relu").Dense(8, 2).Differentiate(freezeBatchNorm: true);
        graph.Parameters.Should().Equal("w", "b", "w_2", "b_2");
        graph.Statistics.Should().BeEmpty();
        using var session = new TrainingSession(graph, new Sgd(), 256, 1, 1);
        SmallNetwork.Fill(session, Moons);
        var before = session.Evaluate(256);
        var loss = session.Step(256, 0.1f);
        loss.Should().BeApproximately(before, 1e-6);
        session.Step(256, 0.1f).Should().BeLessThan(loss);
        session.State().Keys.Should().Equal("w", "b", "w_2", "b_2");
        graph.Evaluation.Graph.Initializer.Select(t => t.Name).Should().Contain(["scale", "shift", "mean", "variance"]);
    }

    [Fact]
    public void A_restored_state_predicts_as_before()
    {
        using var session = new TrainingSession(Mlp().Differentiate(), new Adam(), 256, 1, 1);
        SmallNetwork.Fill(session, Moons);
        session.Step(256, 0.01f);
        var (state, loss) = (session.State(), session.Evaluate(256));
        session.Step(256, 0.01f);
        session.Evaluate(256).Should().NotBe(loss);
        session.Restore(state);
        session.Evaluate(256).Should().Be(loss);
    }

    [Fact]
    public void A_session_resumed_from_a_snapshot_goes_on_bit_for_bit()
    {
        using var first = new TrainingSession(Mlp().Differentiate(), new AdamW(), 256, seed: 5, threads: 1);
        using var second = new TrainingSession(Mlp().Differentiate(), new AdamW(), 256, seed: 5, threads: 1);
        SmallNetwork.Fill(first, Moons);
        SmallNetwork.Fill(second, Moons);
        first.Step(256, 0.01f);
        first.Step(100, 0.01f);
        second.Resume(first.Snapshot(epochs: 1));

        second.Step(256, 0.01f).Should().Be(first.Step(256, 0.01f));
        second.State().Should().BeEquivalentTo(first.State(), o => o.WithStrictOrdering());
    }

    [Fact]
    public void Buffers_start_at_cache_lines()
    {
        using var scope = new AssertionScope();
        for (var length = 1; length < 40; length++)
        {
            using var pin = TensorBuffer.Floats(length).Memory.Pin();
            unsafe
            {
                ((long)pin.Pointer % 64).Should().Be(0);
            }
        }
    }

    private static IReadOnlyDictionary<string, float[]> Train(ulong seed, int threads = 1)
    {
        using var session = new TrainingSession(Mlp().Differentiate(), new AdamW(), 256, seed, threads);
        SmallNetwork.Fill(session, Moons);
        for (var step = 0; step < 12; step++)
        {
            session.Step(step % 3 == 2 ? 100 : 256, 0.003f);
        }
        return session.State();
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
