using ParquetPool.Trainer.Rehearsal;

namespace ParquetPool.Trainer.Tests.Rehearsal;

public sealed class ComparisonTests
{
    private const int First = 100;
    private const int Query = 10;
    private const int Points = 41;

    [Fact]
    public void A_curve_that_rises_twice_as_fast_saves_what_it_need_not_buy()
    {
        var random = Runs("random", labels => 0.5 + ((labels - First) / 1000.0));
        var quick = Runs("margin", labels => 0.5 + ((labels - First) / 500.0));

        var comparison = Comparison.Of(quick, random, [10, 10]);

        // Random ends at 500 labels with 0.9, which the other has with 300.
        comparison.Saved.Value.Should().BeApproximately(0.4, 1e-9);
        comparison.Saved.Low.Should().BeApproximately(0.4, 0.02);
        comparison.Verdict.Should().StartWith("saves 40% of the labels");
        comparison.LabelsFor.Should().SatisfyRespectively(
            l => l.Should().BeApproximately(150, 1e-9), l => l.Should().BeApproximately(200, 1e-9), l => l.Should().BeApproximately(250, 1e-9), l => l.Should().BeApproximately(300, 1e-9));
        comparison.Gain.Value.Should().BeApproximately(0.2, 1e-9);
        comparison.Spread.Should().BeApproximately(1, 1e-12);
    }

    [Fact]
    public void The_slower_one_costs_what_the_quicker_saves()
    {
        var random = Runs("random", labels => 0.5 + ((labels - First) / 500.0));
        var slow = Runs("entropy", labels => 0.5 + ((labels - First) / 1000.0));

        var comparison = Comparison.Of(slow, random, [19, 1]);

        comparison.Saved.Value.Should().BeApproximately(-0.4, 1e-9);
        comparison.Verdict.Should().StartWith("worse than random, which needs 40% fewer labels");
        comparison.LabelsFor[^1].Should().BeNull();
        comparison.Spread.Should().BeLessThan(0.3);
    }

    [Fact]
    public void Curves_that_differ_by_their_seeds_alone_are_no_better()
    {
        var random = Runs("random", labels => Math.Sqrt(labels) / 30, seed => seed * 0.01);
        var other = Runs("bald", labels => Math.Sqrt(labels) / 30, seed => (4 - seed) * 0.01);

        Comparison.Of(other, random, [1, 1]).Verdict.Should().StartWith("no better than random");
    }

    [Fact]
    public void Falls_of_more_than_a_third_of_a_point_are_counted_per_run()
    {
        var random = Runs("random", labels => 0.5);
        var sawtooth = Runs("margin", labels => labels % 20 == 0 ? 0.504 : 0.5);
        var ripple = Runs("bald", labels => labels % 20 == 0 ? 0.502 : 0.5);

        Comparison.Of(sawtooth, random, [1, 1]).Drops.Should().Be(20);
        Comparison.Of(ripple, random, [1, 1]).Drops.Should().Be(0);
    }

    private static List<Run> Runs(string strategy, Func<int, double> accuracy, Func<int, double>? shift = null) =>
        [.. Enumerable.Range(0, 5).Select(seed => new Run(
            "", strategy, seed,
            [.. Enumerable.Range(0, Points).Select(i => new CurvePoint(i, First + (i * Query), new TestScore(accuracy(First + (i * Query)) + (shift?.Invoke(seed) ?? 0), 0, 0, 0), null, 0))], []))];
}
