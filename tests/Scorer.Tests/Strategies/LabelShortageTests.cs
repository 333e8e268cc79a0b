using ParquetPool.Scorer.Strategies;
using ParquetPool.Statistics;

namespace ParquetPool.Scorer.Tests.Strategies;

/// <summary>Clusters short of labels, against the definition and plain numbers.</summary>
public class LabelShortageTests
{
    [Fact]
    public void AClusterWithoutLabelsIsShortAndAMixedOneIsNot()
    {
        var shortage = new LabelShortage([400, 400, 400, 400, 0], [20, 0, 9, 20, 0]);

        shortage.IsShort.Should().Equal(false, true, false, false, false);
        shortage.Share.Should().BeApproximately(49 / 1200.0, 1e-12, "what chance gives is measured without the cluster that is short");
        shortage.P[1].Should().BeApproximately(Hypergeometric.AtMost(1600, 49, 400, 0), 1e-15);
        shortage.P[2].Should().BeApproximately(Hypergeometric.AtMost(1200, 49, 400, 9), 1e-12);
        shortage.P[4].Should().Be(1);
        shortage.Order.Should().Equal(1, 2, 0, 3, 4);
    }

    [Fact]
    public void ClustersFoundShortUncoverOthers()
    {
        // Of all 1,000 rows 3 % are labelled: three labels missing of 100 rows could be chance. Without the cluster of 600 they are 7.5 %.
        var shortage = new LabelShortage([600, 100, 150, 150], [0, 0, 15, 15]);

        Hypergeometric.AtMost(1000, 30, 100, 0).Should().BeGreaterThan(LabelShortage.FalseShare * 2 / 4);
        shortage.IsShort.Should().Equal(true, true, false, false);
        shortage.Share.Should().Be(0.1);
    }

    [Fact]
    public void WithFewLabelsNothingIsShort() =>
        new LabelShortage([100, 100, 100, 100], [0, 1, 1, 1]).IsShort.Should().NotContain(true);

    [Fact]
    public void LabelsDrawnEvenlyLeaveHardlyAClusterShort()
    {
        // 40 clusters of 250 rows, every 23rd row labelled: 10 or 11 a cluster.
        var labelled = Enumerable.Range(0, 40).Select(cluster => Enumerable.Range(cluster * 250, 250).Count(row => row % 23 == 0)).ToArray();

        new LabelShortage([.. Enumerable.Repeat(250, 40)], labelled).IsShort.Should().NotContain(true);
    }

    [Fact]
    public void RowsOfNovelClustersComeInTurnsAndTheRestBehindThem()
    {
        // Three heaps: ten labels in the first, eleven in the second, none in the third.
        const int Width = 2;
        float[] At(int heap, int row) => [(heap * 100) + (row * 0.01f), 0];
        var points = new Points([.. Enumerable.Range(0, 3).SelectMany(heap => Enumerable.Range(0, 60).SelectMany(row => At(heap, row)))], Width);
        var labelled = new Points([.. Enumerable.Range(0, 10).SelectMany(row => At(0, row)), .. Enumerable.Range(0, 14).SelectMany(row => At(1, row))], Width);

        var chosen = GreedyDistanceTests.ChooseAll(new NovelRows(points, labelled, seed: 1), 180, every: 1).Select(c => c.Choice).ToList();

        chosen.Take(60).Should().OnlyContain(choice => choice.Row >= 120 && choice.Value > 0 && choice.Value < 0.05);
        chosen[0].Row.Should().BeInRange(149, 150, "the nearest to the centre comes first");
        chosen.Skip(60).Should().OnlyContain(choice => double.IsNaN(choice.Value));
        chosen.Select(choice => choice.Row).Should().OnlyHaveUniqueItems().And.HaveCount(180);
    }
}
