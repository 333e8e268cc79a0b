using ParquetPool.Scorer.Ranking;

namespace ParquetPool.Scorer.Tests.Ranking;

public class RankStabilityTests
{
    [Fact]
    public void HalvesThatAgreeLeaveNoUncertainty()
    {
        double[] scores = [3, 1, 4, 1.5, 9, 2.6];

        var stability = RankStability.Of(scores, [.. scores.Select(s => s * 10)], highFirst: true, passes: 20, top: 3, rows: 6);

        stability.Should().Be(new RankStability(6, 1, 1, 3, 1, 1));
    }

    [Fact]
    public void TheCorrelationIsSpearmansWithMeanRanksForTies()
    {
        // Ranks 0 1.5 1.5 3 and 0 2 1 3: the sums about the mean 1.5 are 4.5, 4.5 and 5.
        var stability = RankStability.Of([1, 2, 2, 3], [10, 30, 20, 40], highFirst: true, passes: 20, top: 2, rows: 4)!;

        stability.HalvesSpearman.Should().BeApproximately(4.5 / Math.Sqrt(4.5 * 5), 1e-12);
    }

    [Theory]
    [InlineData(20, 0.8)]
    [InlineData(2, 0.8)]
    [InlineData(3, 6.0 / 7)]
    public void ItIsExtrapolatedToTheWholeCommitteeBySpearmanAndBrown(int passes, double expected)
    {
        // Overlap of the first 3 rows: 2 of 3, whose extrapolation with k members to a half's one is k·2/3 / (1 + (k − 1)·2/3).
        var stability = RankStability.Of([6, 5, 4, 3, 2, 1], [6, 5, 3, 4, 2, 1], highFirst: true, passes, top: 3, rows: 6)!;

        stability.HalvesTopOverlap.Should().BeApproximately(2.0 / 3, 1e-12);
        stability.TopOverlap.Should().BeApproximately(expected, 1e-12);
    }

    [Fact]
    public void WhereLowScoresComeFirstTheLowestAreCompared()
    {
        var stability = RankStability.Of([1, 2, 3, 4], [1, 2, 4, 3], highFirst: false, passes: 20, top: 1, rows: 4)!;

        stability.HalvesTopOverlap.Should().Be(1);
        RankStability.Of([1, 2, 3, 4], [1, 2, 4, 3], highFirst: true, passes: 20, top: 1, rows: 4)!.HalvesTopOverlap.Should().Be(0);
    }

    [Fact]
    public void OfASampleTheSameShareOfFirstRowsIsCompared() =>
        RankStability.Of([4, 3, 2, 1], [4, 2, 3, 1], highFirst: true, passes: 20, top: 200, rows: 400)!.HalvesTopOverlap.Should().Be(0.5);

    [Fact]
    public void WhereNothingIsOrderedNothingIsSaid()
    {
        RankStability.Of([], [], highFirst: true, passes: 20, top: 0, rows: 0).Should().BeNull();
        RankStability.Of([1], [1], highFirst: true, passes: 20, top: 1, rows: 1).Should().BeNull();
        RankStability.Of([1, 1, 1], [1, 2, 3], highFirst: true, passes: 20, top: 1, rows: 3).Should().BeNull();
    }
}
