using ParquetPool.Statistics;

namespace ParquetPool.Shared.Tests.Statistics;

public sealed class SpearmanTests
{
    [Theory]
    // Quantiles of Student's distribution as printed in any table.
    [InlineData(12.706, 1)]
    [InlineData(4.303, 2)]
    [InlineData(3.182, 3)]
    [InlineData(2.776, 4)]
    [InlineData(2.228, 10)]
    [InlineData(1.984, 98)]
    [InlineData(1.985, 97)]
    public void The_two_sided_five_percent_points_are_those_of_the_tables(double t, int freedom) =>
        Spearman.TwoSided(-t, freedom).Should().BeApproximately(0.05, 1e-4);

    [Fact]
    public void Gives_the_textbook_correlation()
    {
        // 1 − 6 Σd² / n(n² − 1), and the ranks of the second are 2, 1, 4, 5, 3.
        Spearman.Of([1, 2, 3, 4, 5], [2, 1, 3, 6, 2.5], seed: 0).Correlation.Should().BeApproximately(1 - (6 * (1 + 1 + 1 + 1 + 4) / 120.0), 1e-12);
        Spearman.Of([1, 2, 3, 4], [10, 20, 30, 40], seed: 0).Correlation.Should().BeApproximately(1, 1e-12);
        Spearman.Of([1, 2, 3, 4], [5, 4, 3, 2], seed: 0).Correlation.Should().BeApproximately(-1, 1e-12);
        double.IsNaN(Spearman.Of([1, 2, 3], [7, 7, 7], seed: 0).Correlation).Should().BeTrue();
    }

    [Fact]
    public void What_is_no_number_ranks_below_all_numbers() => RankCorrelation.Ranks([2, double.NaN, 1, double.NaN, 0.0, -0.0]).Should().Equal(5, 0.5, 4, 0.5, 2.5, 2.5);

    [Fact]
    public void Both_p_values_agree()
    {
        double[] x = [.. Enumerable.Range(0, 60).Select(i => (double)i)];
        double[] y = [.. x.Select(i => i + (40 * Math.Sin(i * i)))];

        var found = Spearman.Of(x, y, seed: 1);

        found.PValue.Should().BeInRange(1e-8, 0.02);
        found.PermutationPValue.Should().BeApproximately(found.PValue, 0.01);
    }
}
