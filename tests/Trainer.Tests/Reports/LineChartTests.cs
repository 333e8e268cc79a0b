using System.Text.RegularExpressions;
using ParquetPool.Trainer.Reports;

namespace ParquetPool.Trainer.Tests.Reports;

public partial class LineChartTests
{
    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(1.0, 1.0000000000000002)]
    [InlineData(0.0, 1e-12)]
    [InlineData(3e9, 3e9)]
    [InlineData(0.11, 0.94)]
    [InlineData(-2.5, 7e6)]
    public void The_axis_has_a_handful_of_round_numbers_whatever_the_values(double one, double other)
    {
        var page = LineChart.Of("loss", "epoch", "G6", [new ChartLine("loss", "a", [(0, one), (1, other)])]);

        Grid().Count(page).Should().BeInRange(2, 12);
    }

    [GeneratedRegex("class=\"grid\" d=\"M[0-9]+ -?[0-9.]+H")]
    private static partial Regex Grid();
}
