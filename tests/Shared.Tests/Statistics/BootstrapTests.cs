using ParquetPool.Statistics;

namespace ParquetPool.Shared.Tests.Statistics;

public class BootstrapTests
{
    [Fact]
    public void TheIntervalIsThatOfTheNormalApproximationForManyRows()
    {
        // 10,000 test rows of which 1,000 leaked with accuracy 0.95; the clean 9,000 have 0.8.
        long[] counts = [0, 0, 0, 0, 50, 950, 1800, 7200];

        var interval = Bootstrap.Difference(counts, seed: 3, resamples: 2000)!;

        // By hand: the difference is the mean over rows of an influence, whose standard error gives the interval.
        var (test, clean) = (8150 / 10000.0, 7200 / 9000.0);
        double Influence(bool inClean, double right) => (inClean ? (right - clean) / 0.9 : 0) - (right - test);
        var variance = (50 * Math.Pow(Influence(false, 0), 2)) + (950 * Math.Pow(Influence(false, 1), 2)) + (1800 * Math.Pow(Influence(true, 0), 2)) + (7200 * Math.Pow(Influence(true, 1), 2));
        var error = Math.Sqrt(variance) / 10000;
        Bootstrap.Difference(counts).Should().BeApproximately(clean - test, 1e-12);
        interval.Low.Should().BeApproximately(clean - test - (1.96 * error), 0.15 * error);
        interval.High.Should().BeApproximately(clean - test + (1.96 * error), 0.15 * error);
    }

    [Fact]
    public void TheSeedDecides()
    {
        long[] counts = [0, 0, 3, 4, 5, 6, 7, 8];

        Bootstrap.Difference(counts, 1, 200).Should().Be(Bootstrap.Difference(counts, 1, 200)).And.NotBe(Bootstrap.Difference(counts, 2, 200));
    }

    [Fact]
    public void AnUnpurgedSplitDiffersByNothing() => Bootstrap.Difference([0, 0, 0, 0, 0, 0, 30, 70], 1, 100).Should().Be(new Interval(0, 0));

    [Fact]
    public void ASplitWithoutRowsHasNoDifference() => Bootstrap.Difference([0, 0, 0, 0, 3, 7, 0, 0], 1, 100).Should().BeNull();
}
