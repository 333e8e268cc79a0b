using ParquetPool.Randomness;
using ParquetPool.Statistics;

namespace ParquetPool.Shared.Tests.Statistics;

public class AssignmentTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(6, 6)]
    [InlineData(3, 6)]
    [InlineData(6, 3)]
    public void The_sum_of_costs_is_the_least_that_any_pairing_has(int rows, int columns)
    {
        for (uint draw = 0; draw < 30; draw++)
        {
            var draws = new PhiloxStream(7, draw);
            var costs = new double[rows, columns];
            foreach (var (row, column) in Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, columns).Select(column => (row, column))))
            {
                // Whole numbers, so that many sums are equal, some below 0.
                costs[row, column] = draws.Below(9) - 4;
            }

            var assigned = Assignment.Least(costs);

            assigned.Where(column => column >= 0).Should().OnlyHaveUniqueItems().And.HaveCount(Math.Min(rows, columns));
            assigned.Index().Where(of => of.Item >= 0).Sum(of => costs[of.Index, of.Item]).Should().Be(rows <= columns ? Least(costs, 0, []) : Least(Turned(costs), 0, []));
            Assignment.Least(costs).Should().Equal(assigned);
        }
    }

    [Fact]
    public void Nothing_is_paired_with_nothing() => Assignment.Least(new double[0, 3]).Should().BeEmpty();

    /// <summary>Tries all.</summary>
    private static double Least(double[,] costs, int row, HashSet<int> taken) =>
        row == costs.GetLength(0) ? 0 : Enumerable.Range(0, costs.GetLength(1)).Where(column => !taken.Contains(column)).Min(column => costs[row, column] + Least(costs, row + 1, [.. taken, column]));

    private static double[,] Turned(double[,] costs)
    {
        var turned = new double[costs.GetLength(1), costs.GetLength(0)];
        foreach (var (row, column) in Enumerable.Range(0, costs.GetLength(0)).SelectMany(row => Enumerable.Range(0, costs.GetLength(1)).Select(column => (row, column))))
        {
            turned[column, row] = costs[row, column];
        }
        return turned;
    }
}
