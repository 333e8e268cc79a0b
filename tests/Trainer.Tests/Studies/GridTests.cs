using ParquetPool.Trainer.Rehearsal;
using ParquetPool.Trainer.Studies;

namespace ParquetPool.Trainer.Tests.Studies;

public sealed class GridTests
{
    [Fact]
    public void An_effect_is_the_mean_of_paired_differences_and_its_sign_is_that_of_the_interval()
    {
        var effect = Effect.Of([([0.8, 0.9, 0.7], [0.7, 0.8, 0.6]), ([0.5, 0.5, 0.5], [0.4, 0.2, 0.3])]);

        // 0.1, 0.1, 0.1 and 0.1, 0.3, 0.2: means of seeds 0.1, 0.2, 0.15, s = 0.05, t(2) = 4.3027: 0.15 ± 0.1242.
        effect.Gain.Should().BeApproximately(0.15, 1e-12);
        (effect.Sign, effect.Points).Should().Be((1, "+15.0 [+2.6, +27.4]"));
        effect.Verdict.Should().Be("helps by +15.0 [+2.6, +27.4] points");
        Effect.Of([([0.5, 0.6, 0.5], [0.6, 0.5, 0.5])]).Verdict.Should().Be("makes no difference that 3 seeds can tell, 0.0 [-24.8, +24.8] points");
        Effect.Of([([0.5, 0.5], [0.6, 0.6])]).Sign.Should().Be(-1);
        var single = Effect.Of([([0.5], [0.6])]);
        (single.Sign, single.Verdict).Should().Be((0, "-10.0 points with one seed, which is no verdict: it takes two or more"));
    }

    [Fact]
    public void Each_side_is_compared_with_its_first_value_all_else_alike()
    {
        var grid = new Grid(
        [
            Cell("scratch", "none", 0, 0.5), Cell("acai", "none", 0, 0.6), Cell("scratch", "strong", 0, 0.55), Cell("acai", "strong", 0, 0.57),
            Cell("scratch", "none", 1, 0.4), Cell("acai", "none", 1, 0.6), Cell("scratch", "strong", 1, 0.55), Cell("acai", "strong", 1, 0.53),
        ]);

        grid.Of(grid.Starts, new CellPlace("acai", "none", "supervised", 50)).Gain.Should().BeApproximately(0.15, 1e-12);
        grid.Of(grid.Starts, "acai", p => p.Augment == "strong").Gain.Should().BeApproximately(0, 1e-12);
        grid.Of(grid.Starts, "acai", _ => true).Gain.Should().BeApproximately(0.075, 1e-12);
        grid.Of(grid.Augments, "strong", p => p.Start == "scratch").Gain.Should().BeApproximately(0.1, 1e-12);
        grid.Best(p => p.Labels == 50).Should().Be(new CellPlace("acai", "none", "supervised", 50));
        grid.Spread(new CellPlace("scratch", "none", "supervised", 50)).Should().Be((0.4, 0.5));
    }

    private static CellResult Cell(string start, string augment, int seed, double accuracy) => new("", new CellPlace(start, augment, "supervised", 50), seed, new TestScore(accuracy, 0, 0, 0), 0);
}
